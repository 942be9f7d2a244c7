import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** One look at a process, from /proc. */
export interface ProcessSample {
  /** Seconds of CPU that the process itself used so far, its children not counted. */
  readonly cpu: number
  /** Most memory it ever held, in bytes (VmHWM). */
  readonly peak: number
  /** Its live children, each by its name and first argument: `melange build`. */
  readonly children: readonly string[]
}

/** Linux counts in hundredths of a second here, on every machine (USER_HZ). */
const ticksPerSecond = 100

/** Looks at a process; undefined when it has ended. Needs Linux with /proc/<pid>/task/<tid>/children. */
export function sampleProcess(pid: number): ProcessSample | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // proc_pid_stat(5): utime and stime are fields 14 and 15, the state is field 3.
    const cpu = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    if (kilobytes === undefined) return undefined
    const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean)
    return { cpu, peak: Number(kilobytes) * 1024, children: ids.map(commandOf) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(ENOENT|ESRCH)$/.test(String(error.code)))
      return undefined
    throw error
  }
}

/** Empty when the child has just ended. */
function commandOf(pid: string): string {
  try {
    const [program = '', first = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return `${basename(program)} ${first}`
  } catch {
    return ''
  }
}
