import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal, type Handler } from './service.ts'

/** Serves checkpoint and tiles of a log from the folder it is kept in, as the web server beside a real Rekor v2 does. */
export function logFiles(folder: string): Handler {
  return async ({ path }) => {
    const name = /^\/api\/v2\/(checkpoint|tile\/[\w./]+)$/.exec(path)?.[1] ?? ''
    const body = await readFile(join(folder, name)).catch(() => {
      throw new Refusal(404, `there is no ${path}`)
    })
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
  }
}
