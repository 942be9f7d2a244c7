import { Transient } from '../../src/domain/transient.ts'
import type { Command, Finished, HttpRequest, HttpResponse, Ports, ToolCache } from '../../src/ports.ts'

/** What a scripted program does: its exit, or a function that may act on files. */
export type Answer =
  | Partial<Finished>
  | ((command: Command) => Partial<Finished> | Promise<Partial<Finished>>)

export interface FakePorts extends Ports {
  readonly commands: Command[]
  readonly requests: HttpRequest[]
  readonly lines: string[]
  readonly masked: string[]
  readonly wiped: string[]
}

export interface Script {
  /** By tool name (last part of its path); the first whose key is found answers. */
  readonly processes?: Readonly<Record<string, Answer>>
  readonly http?: (request: HttpRequest) => Promise<HttpResponse>
  readonly toolCache?: ToolCache
  readonly tries?: number
}

/** Ports with no effects: answers are scripted, every call is kept to be asserted on. */
export function fakePorts(script: Script = {}): FakePorts {
  const commands: Command[] = []
  const requests: HttpRequest[] = []
  const lines: string[] = []
  const masked: string[] = []
  const wiped: string[] = []
  const hiddenFiles: string[] = []
  const answer = async (command: Command): Promise<Finished> => {
    commands.push(command)
    const scripted = script.processes?.[command.tool.split('/').at(-1) ?? ''] ?? {}
    const given = typeof scripted === 'function' ? await scripted(command) : scripted
    return { code: 0, stdout: '', stderr: '', pid: 4242, ...given }
  }
  const refuse = () => Promise.reject(new Error('this fake has no such answer'))
  return {
    commands,
    requests,
    lines,
    masked,
    wiped,
    processes: {
      ask: answer,
      run: async command => {
        const finished = await answer(command)
        for (const line of `${finished.stdout}${finished.stderr}`.split('\n')) if (line) command.onLine(line)
        return finished
      },
    },
    http: {
      send: request => {
        requests.push(request)
        return script.http === undefined ? refuse() : script.http(request)
      },
    },
    patience: {
      async retry(what, attempt) {
        for (let tries = 0; ; tries += 1) {
          try {
            return await attempt(tries)
          } catch (error) {
            if (!(error instanceof Transient)) throw error
            if (tries + 1 >= (script.tries ?? 3)) throw error.failure
            lines.push(`retry: ${what}: ${error.message}`)
          }
        }
      },
    },
    clock: { now: () => new Date('2026-01-02T03:04:05Z'), sleep: async () => {} },
    log: {
      info: line => void lines.push(line),
      notice: (text, at) => void lines.push(`notice: ${text}${at ? ` @${at.file}:${at.line}` : ''}`),
      warning: (text, at) => void lines.push(`warning: ${text}${at ? ` @${at.file}:${at.line}` : ''}`),
      debug: () => {},
      group: async (title, body) => {
        lines.push(`> ${title}`)
        return body()
      },
      track: title => {
        lines.push(`> ${title}`)
        return { line: text => void lines.push(text), end: () => {} }
      },
    },
    secrets: {
      mask: secret => void masked.push(secret),
      wipeLater: async path => void wiped.push(path),
      wipe: async () => {},
      hideFile: path => void hiddenFiles.push(path),
      hiddenFiles,
    },
    jobCache: { restore: async () => undefined, save: async () => {} },
    claimFolder: async () => {},
    toolCache: script.toolCache ?? {
      find: async () => undefined,
      fresh: refuse,
      adopt: refuse,
      discard: refuse,
    },
  }
}
