import { emulatorByHand, emulates, registerEmulator } from './kit-binfmt.ts'
import { dockerAnswers } from './kit-docker.ts'
import { reason } from './kit-failure.ts'
import { guests, host } from './kit-host.ts'
import { watched, type Log } from './kit-progress.ts'
import { findRoot } from './kit-root.ts'
import { findProgram, run } from './kit-run.ts'

/**
 * Installs what the end-to-end tests use and the machine lacks, and lets it run programs of the other architecture. Needs root
 * or sudo without a password where there is something to do. Answers what is still missing, a sentence each with the way to
 * mend it by hand; each is logged as well. Never fails: much works without.
 */
export async function prepareMachine(log: Log): Promise<readonly string[]> {
  const found = process.platform === 'linux' ? [await install(log), await emulate(log)] : [needLinux]
  const missing = found.filter(sentence => sentence !== undefined)
  for (const sentence of missing) log(`missing: ${sentence}`)
  return missing
}

const needLinux =
  "melange's sandboxes, bubblewrap and docker, need Linux. Run this on one, or in a virtual machine."

/** Debian packages that the machine lacks. */
async function findLacking(foreign: string): Promise<string[]> {
  const docker = (findProgram('docker') && findProgram('dockerd')) || (await dockerAnswers())
  const there = {
    bubblewrap: findProgram('bwrap'),
    'docker.io': docker,
    'qemu-user-static': emulates(foreign) || findProgram(`qemu-${foreign}-static`),
    'docker-registry': findProgram('docker-registry'),
    openssl: findProgram('openssl'),
    'python3-pip': findProgram('pip3', 'pip') || (await hasPip()),
  }
  return Object.entries(there).flatMap(([name, found]) => (found ? [] : [name]))
}

async function install(log: Log): Promise<string | undefined> {
  const lacking = await findLacking(foreignGuest())
  if (lacking.length === 0) return undefined
  const list = lacking.join(' ')
  if (!findProgram('apt-get'))
    return `${list} (Debian's names). Install them; there is no apt-get here to do it.`
  const asRoot = await findRoot()
  const byHand = `Install by hand: sudo apt-get install ${list}`
  if (!asRoot) return `${list}. There is no root and no sudo without a password here. ${byHand}`
  const apt = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-y']
  const work = async (): Promise<void> => {
    await asRoot('env', [...apt, 'update'])
    await asRoot('env', [...apt, 'install', ...lacking])
  }
  try {
    await watched({ what: `installing ${list}`, expect: 'about 1 minute', log, work })
    return undefined
  } catch (failed) {
    return `${list}. ${reason(failed)}\n${byHand}`
  }
}

async function emulate(log: Log): Promise<string | undefined> {
  const guest = foreignGuest()
  if (emulates(guest)) return undefined
  try {
    await registerEmulator(guest, await findRoot())
    log(`programs of ${guest} run here from now on, by qemu-user-static`)
    return undefined
  } catch (failed) {
    return `an emulator of ${guest}. ${reason(failed)}\nRegister it by hand: ${emulatorByHand(guest)}`
  }
}

function foreignGuest(): string {
  return (guests.find(guest => guest.apk !== host().apk) ?? guests[1]).apk
}

async function hasPip(): Promise<boolean> {
  return await run('python3', ['-m', 'pip', '--version']).then(Boolean, () => false)
}
