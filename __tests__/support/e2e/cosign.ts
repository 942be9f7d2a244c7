import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Verdict {
  readonly ok: boolean
  readonly output: string
}

export interface CosignOptions {
  readonly program: string
  /** Folder of its own: home, docker configuration. */
  readonly folder: string
  /** Registry and login, where one is needed. */
  readonly login?: { readonly host: string; readonly username: string; readonly password: string }
}

/** The real cosign as a judge, with nothing of our environment. */
export async function openCosign({
  program,
  folder,
  login,
}: CosignOptions): Promise<(...args: readonly string[]) => Promise<Verdict>> {
  await mkdir(folder, { recursive: true })
  if (login !== undefined) {
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64')
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [login.host]: { auth } } }))
  }
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_CONFIG: folder }
  return async (...args) => {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, args, { env, maxBuffer: 1 << 28 })
      return { ok: true, output: stdout + stderr }
    } catch (failed) {
      const { stdout, stderr } = failed as { stdout: string; stderr: string }
      return { ok: false, output: stdout + stderr }
    }
  }
}
