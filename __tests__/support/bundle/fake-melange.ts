import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setInterval } from 'node:timers'
import { parse } from 'yaml'
import { packApk } from '../../../scripts/kit/apk-package.ts'
import { signApk } from '../apk-parts.ts'
import { readArguments, type FakeArguments } from './fake-arguments.ts'
import { noteCall } from './fake-calls.ts'
import { fakeIndex } from './fake-index.ts'

/**
 * What melange does besides telling its version and flags, in small: `keygen` makes a pair, `compile` gives the file as JSON, `build`
 * makes an apk of nothing, `index` a signed index, `sign` a new signature. `FAKE_MELANGE_LOG` names a log that a `build` prints before it fails; with `FAKE_MELANGE_HANG` it builds
 * until SIGINT, and with `FAKE_KEYGEN_HANG` it makes a key until then.
 */
const say = (line: string): void => void process.stderr.write(`2026/01/02 03:04:05 ${line}\n`)
const argv = process.argv.slice(2)
const given = readArguments(argv)
await noteCall('melange', argv)
const [command = ''] = given.words
if (command === 'keygen') await keygen(given)
else if (command === 'index') await index(given)
else if (command === 'compile') await compile(given)
else if (command === 'sign') await sign(given)
else if (command === 'build') await build(given)
else throw new Error(`the fake melange has no command ${command}`)

async function keygen({ words: [, file = ''] }: FakeArguments): Promise<void> {
  const { FAKE_KEYGEN_HANG: hang } = process.env
  if (hang !== undefined) return wait(hang)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(file, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  await writeFile(`${file}.pub`, publicKey.export({ type: 'spki', format: 'pem' }))
}

async function index({ words: [, ...apks], ...flags }: FakeArguments): Promise<void> {
  await writeFile(flags.one('-o'), await fakeIndex(apks, flags.one('--signing-key')))
}

async function sign({ words: [, ...apks], one }: FakeArguments): Promise<void> {
  const keyFile = one('--signing-key')
  const key = createPrivateKey(await readFile(keyFile))
  for (const apk of apks) {
    await writeFile(apk, signApk(await readFile(apk), key, `${basename(keyFile)}.pub`))
  }
}

/** A step `uses: needs/<package>` brings its package into the build environment. */
async function compile({ words: [, config = ''] }: FakeArguments): Promise<void> {
  const recipe = parse(await readFile(config, 'utf8')) as Recipe
  const used = (recipe.pipeline ?? []).flatMap(({ uses }) => uses?.replace(/^needs\//, '') ?? [])
  const packages = [...(recipe.environment?.contents?.packages ?? []), ...used]
  const environment = { ...recipe.environment, contents: { ...recipe.environment?.contents, packages } }
  process.stdout.write(JSON.stringify({ ...recipe, environment }))
}

async function build({ words: [, config = ''], one }: FakeArguments): Promise<void> {
  say(`INFO melange v0.56.5 with runner ${one('--runner')} is building:`)
  const { FAKE_MELANGE_LOG: log, FAKE_MELANGE_HANG: hang } = process.env
  if (log !== undefined) {
    process.stderr.write(await readFile(log))
    process.exitCode = 1
    return
  }
  if (hang !== undefined) {
    await mkdir(join(process.env['TMPDIR'] ?? '', 'bubblewrap-guest-1', 'etc'), { recursive: true })
    return wait(hang)
  }
  const recipe = parse(await readFile(config, 'utf8')) as Recipe
  const { name, version, epoch, description = '' } = recipe.package
  for (const step of recipe.pipeline ?? []) say(`INFO running step "${step.name ?? ''}"`)
  const arch = one('--arch')
  const facts = { name, version: `${version}-r${epoch}`, description, origin: name, entries: [] }
  const { file, bytes } = await packApk(arch, { ...facts, depends: [], provides: [] })
  await mkdir(join(one('--out-dir'), arch), { recursive: true })
  await writeFile(join(one('--out-dir'), arch, file), bytes)
}

interface Recipe {
  readonly package: { name: string; version: string; epoch: number; description?: string }
  readonly environment?: { contents?: { packages?: readonly string[] } }
  readonly pipeline?: readonly { name?: string; uses?: string }[]
}

/**
 * Leaves a guest in TMPDIR, as a killed melange does, tells in `started` that it waits, and fails once it is interrupted; it
 * goes when who called it is gone.
 */
async function wait(started: string): Promise<void> {
  const caller = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== caller) clearInterval(timer)
  }, 100)
  process.once('SIGINT', () => {
    clearInterval(timer)
    say('ERRO failed to build package: unable to run package senhas pipeline: context canceled')
    process.exitCode = 1
    void writeFile(started, 'interrupted')
  })
  await writeFile(started, 'started')
}
