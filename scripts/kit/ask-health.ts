import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './kit-run.ts'

const question = [
  'import platform, urllib.request as web',
  'print(platform.machine(), web.urlopen("http://127.0.0.1:5000/health").read().decode().strip())',
].join('\n')

export interface Asked {
  readonly image: string
  /** `linux/arm64` */
  readonly platform: string
  /** DOCKER_HOST, and DOCKER_CONFIG where a login is needed. */
  readonly docker: Readonly<Record<string, string>>
  /** Whether the image is taken as it was loaded, not pulled. */
  readonly local?: boolean
}

/** Pulls an image, starts it without a network, asks it for /health from inside, and removes both. Answers `aarch64 {"status":"healthy"}`. */
export async function askHealth({ image, platform, docker: env, local = false }: Asked): Promise<string> {
  const docker = async (...args: string[]): Promise<string> =>
    (await run('docker', args, { env })).toString().trim()
  const id = await docker(
    'run',
    '--detach',
    '--pull',
    local ? 'never' : 'always',
    '--network',
    'none',
    '--platform',
    platform,
    image,
  )
  try {
    for (let tries = 0; tries < 240; tries += 1) {
      const answer = await docker('exec', id, '/usr/bin/python3', '-c', question).catch(() => '')
      if (answer !== '') return answer
      await sleep(500)
    }
    throw new Error(`${image} did not answer within two minutes:\n${await docker('logs', id)}`)
  } finally {
    await docker('rm', '--force', id)
    if (!local) await docker('image', 'rm', '--force', image)
  }
}
