import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that runs, by its number and command line, so that another one that got the number is told apart. */
export interface Daemon {
  readonly pid: number
  readonly command: string
}

const patience = 20_000

/** The process whose number is in the file, if it still is the program, with the text among its arguments. */
export async function processOf(file: string, program: string, text: string): Promise<Daemon | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  if (!(pid > 0)) return undefined
  const command = await commandOf(pid)
  const [name = ''] = command.split('\0')
  return name.endsWith(program) && command.includes(text) ? { pid, command } : undefined
}

/** Asks the process to end and waits; after twenty seconds it is killed. */
export async function endProcess(daemon: Daemon | undefined): Promise<void> {
  if (!daemon) return
  send(daemon.pid, 'SIGTERM')
  for (const begun = Date.now(); (await commandOf(daemon.pid)) === daemon.command; await sleep(50)) {
    if (Date.now() - begun > patience) send(daemon.pid, 'SIGKILL')
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

/** Its arguments, each followed by a NUL; empty for one that ended. */
async function commandOf(pid: number): Promise<string> {
  return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
}
