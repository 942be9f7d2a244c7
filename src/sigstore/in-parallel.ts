/**
 * Does the work for all, `most` at once; answers in their order. After the first failure nothing new is begun and
 * `ended` says so to what is under way; the failure is thrown when all of that has stopped.
 */
export async function inParallel<T, R>(
  all: readonly T[],
  most: number,
  work: (each: T, ended: () => boolean) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = []
  const failures: unknown[] = []
  const ended = (): boolean => failures.length > 0
  const queue = all.entries()
  const worker = async (): Promise<void> => {
    for (const [at, each] of queue) {
      if (ended()) return
      try {
        answers[at] = await work(each, ended)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, worker))
  if (ended()) throw failures[0]
  return answers
}
