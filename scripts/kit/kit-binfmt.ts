import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { KitFailure } from './kit-failure.ts'
import type { AsRoot } from './kit-root.ts'

const kernel = '/proc/sys/fs/binfmt_misc'

/** How to have programs of the architecture (apk's name) run here, for a person to do. */
export function emulatorByHand(guest: string): string {
  return (
    `sudo mount -t binfmt_misc binfmt_misc ${kernel}; ` +
    `sudo tee ${kernel}/register < /usr/lib/binfmt.d/qemu-${guest}.conf ` +
    '(outside, when this is a container)'
  )
}

/** Whether the kernel hands programs of the architecture (apk's name) to qemu. */
export function emulates(guest: string): boolean {
  return existsSync(`${kernel}/qemu-${guest}`)
}

/**
 * Registers Debian's entry of qemu-user-static (binfmt.d(5)) with the kernel, mounting binfmt_misc where it is not. The entry has
 * the flag F, so the emulator is at hand in sandboxes and containers as well. A KitFailure when that cannot be done.
 */
export async function registerEmulator(guest: string, asRoot: AsRoot): Promise<void> {
  if (!asRoot) throw new KitFailure('There is no root and no sudo without a password here.')
  if (!existsSync(`${kernel}/register`)) {
    await asRoot('mount', ['-t', 'binfmt_misc', 'binfmt_misc', kernel])
  }
  if (emulates(guest)) return
  const entry = await readFile(`/usr/lib/binfmt.d/qemu-${guest}.conf`, 'utf8').catch(() => {
    throw new KitFailure('qemu-user-static is not installed.')
  })
  await asRoot('tee', [`${kernel}/register`], { input: entry }).catch((failed: unknown) => {
    if (!emulates(guest)) throw failed
  })
}
