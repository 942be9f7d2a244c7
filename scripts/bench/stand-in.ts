import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The registry stand-in in a process of its own, so that its memory and CPU time are not ours. */
export interface StandIn extends AsyncDisposable {
  /** `127.0.0.1:40123` */
  readonly host: string
}

const program = fileURLToPath(new URL('../../__tests__/support/registry/serve.ts', import.meta.url))

/** Starts it; its blobs lie in `folder` and are gone when it is disposed of. */
export async function startStandIn(folder: string): Promise<StandIn> {
  const child = spawn(process.execPath, [program, '--auth', 'none'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const [host] = (await Promise.race([once(lines, 'line'), ended.then(() => [''])])) as [string]
  if (host === '') throw new Error('the registry stand-in did not start')
  return {
    host,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
