import type { Readable } from 'node:stream'
import type { SourcePlace } from './domain/failure.ts'
import type { Machine } from './domain/machine.ts'
import type { RunContext } from './domain/run-context.ts'

/** All that the program can do to the world besides files, which are not a port (docs/decisions/0003). */
export interface Ports {
  readonly processes: Processes
  readonly http: Http
  readonly patience: Patience
  readonly clock: Clock
  readonly log: Log
  readonly secrets: Secrets
  readonly toolCache: ToolCache
  readonly jobCache: JobCache
  /**
   * Keeps other runs out of a folder until this one ends, however it does. Fails with INPUT_INVALID while another run on this
   * machine has it.
   */
  readonly claimFolder: (folder: string) => Promise<void>
}

/** The ports, and what never changes in a run. */
export interface World extends Ports {
  readonly machine: Machine
  readonly context: RunContext
  /** Absolute path of a folder for what later runs may use, the same in every run; perhaps not there yet. */
  readonly cacheFolder: string
  /** Our own version. */
  readonly version: string
}

/** Other programs. Arguments are arrays, never a shell string; children do not see our inputs and tokens. */
export interface Processes {
  /**
   * Runs a short command silently to its end, whatever its exit code. Fails with TOOL_MISSING when there is no such program,
   * TOOL_FAILED when it takes longer than its time limit, 60 seconds unless told: then it is killed.
   */
  ask(command: Command): Promise<Finished>
  /**
   * Runs a long command whose lines are passed on as they come. On cancel it gets SIGINT, time to clean up, then SIGKILL.
   * Fails with TOOL_MISSING when there is no such program, CANCELLED when the run was cancelled.
   */
  run(command: Command & { readonly onLine: (line: string) => void }): Promise<Finished>
}

export interface Command {
  readonly tool: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Added to the environment that children get. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Milliseconds after which it is killed with all that it started. */
  readonly timeLimit?: number
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Process id that the program had. */
  readonly pid?: number
  /** Whether it was killed because its time was over. */
  readonly timedOut?: true
}

/** One HTTP exchange: proxy environment and timeouts are seen to, repeating is the caller's (see Patience). */
export interface Http {
  /**
   * Sends the request and answers as soon as the head is there, whatever its status. Redirects are followed for GET and HEAD,
   * without credentials on another host. Throws Transient(NETWORK_FAILED) when there is no answer at all;
   * the Failure itself where waiting does not help: a certificate that is not trusted, a redirect from https to http.
   */
  send(request: HttpRequest): Promise<HttpResponse>
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Readable
  /** A Unix socket to speak through instead of the URL's host. */
  readonly socket?: string
  /** Milliseconds without any progress after which the exchange is given up; 60,000 unless told. */
  readonly idleTimeout?: number
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; a repeated header joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  /** URL that answered, after redirects. */
  readonly url: string
  /** Must be read, or destroyed. Errors with Transient(NETWORK_FAILED) when the connection breaks. */
  readonly body: Readable
}

/** Waiting out what passes. */
export interface Patience {
  /**
   * Repeats `attempt` while it throws Transient, with full-jitter backoff, `retryAfter` honoured, until the deadline of the
   * run; then throws the last Transient's failure. Each wait is one log line that starts with `what`. Anything else thrown passes through.
   */
  retry<T>(what: string, attempt: (tries: number) => Promise<T>): Promise<T>
}

export interface Clock {
  now(): Date
  sleep(milliseconds: number): Promise<void>
}

export interface Log {
  info(line: string): void
  notice(text: string, at?: SourcePlace): void
  warning(text: string, at?: SourcePlace): void
  debug(line: string): void
  /** One fold of the log around `body`. Not to be nested. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
  /**
   * Work that runs beside other work: each track's lines come as one fold of their own. The first live one is passed on at once,
   * others are kept until it ends. Each must be ended.
   */
  track(title: string): Track
}

export interface Track {
  line(text: string): void
  end(): void
}

export interface Secrets {
  /** From now on the text is masked in the log (each of its lines); nothing for an empty text. */
  mask(secret: string): void
  /** Has the file or folder wiped after the job, whatever happens; call before the secret is written. */
  wipeLater(path: string): Promise<void>
  /** Wipes at once what `wipeLater` was told of. */
  wipe(): Promise<void>
  /** Notes a file of the user that holds a secret, by its absolute path: no build step may see it. */
  hideFile(path: string): void
  /** What `hideFile` was told of. */
  readonly hiddenFiles: readonly string[]
}

/** The runner's tool cache: `<cache>/<tool>/<version>/<arch>` beside a marker `<arch>.complete`. */
export interface ToolCache {
  /** Folder of the tool when it is there and complete. Never touches the network. */
  find(entry: ToolCacheEntry): Promise<string | undefined>
  /** A fresh folder on the cache's own file system; whatever is left in it is removed when the job ends. */
  fresh(): Promise<string>
  /** Moves a finished folder into the cache in one rename and answers where it is now. Another job's equal entry is left and used. */
  adopt(folder: string, entry: ToolCacheEntry): Promise<string>
  /** Takes an entry out, whole or not, in one rename; nothing when there is none. */
  discard(entry: ToolCacheEntry): Promise<void>
}

export interface ToolCacheEntry {
  readonly tool: string
  readonly version: string
  /** Architecture as release tarballs name it: `amd64`. */
  readonly arch: string
}

/** A cache that outlives the machine of a job, a folder at a time. Never fails a run: what goes wrong is a miss, and told. */
export interface JobCache {
  /**
   * Lays the folder (absolute, the same path in every run) out as the newest entry with that key has it, else one whose key starts
   * with a prefix, the first prefix first. Answers the entry's key; undefined when there is none.
   */
  restore(key: string, prefixes: readonly string[], folder: string): Promise<string | undefined>
  /** Keeps the folder under the key; an entry that is there stays as it is. */
  save(key: string, folder: string): Promise<void>
}
