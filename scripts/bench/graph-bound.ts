import type { Needs } from './graph-recipes.ts'

/** What the loop told of itself. Seconds. */
export interface LoopTimes {
  /** CPU time of all builds together. */
  readonly cpu: number
  /** Wall time of each build, alone on the machine. */
  readonly walls: ReadonlyMap<string, number>
}

/** Reads what graph-loop.sh printed. */
export function readLoop(printed: string): LoopTimes {
  const marks = [...printed.matchAll(/^begin (\d+) ?(\S*)$/gm)].map(([, at, name = '']) => ({
    at: Number(at) / 1e9,
    name,
  }))
  const walls = marks
    .slice(0, -1)
    .map(({ at, name }, each): [string, number] => [name, (marks[each + 1]?.at ?? NaN) - at])
  // POSIX times: a line for the shell, a line for its children, user and system each.
  const cpu = [...printed.matchAll(/^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm)].map(
    ([, userMinutes, user, systemMinutes, system]) =>
      (Number(userMinutes) + Number(systemMinutes)) * 60 + Number(user) + Number(system),
  )
  return { cpu: (cpu[3] ?? NaN) - (cpu[1] ?? NaN), walls: new Map(walls) }
}

/** Seconds that no order of builds beats on so many cores: the CPU time shared out, or the longest chain of builds. */
export function boundOf({ cpu, walls }: LoopTimes, needs: Needs, cores: number): number {
  const ends = new Map<string, number>()
  for (const [name, needed] of needs) {
    ends.set(name, Math.max(0, ...needed.map(each => ends.get(each) ?? 0)) + (walls.get(name) ?? NaN))
  }
  return Math.max(cpu / cores, ...ends.values())
}
