/**
 * Works on all items, at most `width` at once, and answers in their order. The first failure is thrown at once: nothing new
 * is begun then, and `signal` tells what runs.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const stop = new AbortController()
  const results: R[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) {
      if (stop.signal.aborted) return
      results[at] = await work(item, stop.signal)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  } catch (error) {
    stop.abort(error)
    throw error
  }
  return results
}
