/** Counts who is inside; with `holdUntil`, nobody passes until so many are there. */
export function openGate() {
  let inside = 0
  let most = 0
  let waitedFor = 0
  let opened = Promise.withResolvers<void>()
  return {
    holdUntil: (count: number): void => {
      waitedFor = count
      opened = Promise.withResolvers()
    },
    mostAtOnce: (): number => most,
    enter: async (): Promise<void> => {
      inside += 1
      most = Math.max(most, inside)
      if (inside >= waitedFor) opened.resolve()
      await opened.promise
    },
    leave: (): void => {
      inside -= 1
    },
  }
}
