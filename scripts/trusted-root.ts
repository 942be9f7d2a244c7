/**
 * Brings src/sigstore/trusted-root.json, whom signatures are checked against, to its present state; with --check only
 * compares, and ends with 1 when it differs. The source is the copy that npm's package @sigstore/tuf carries (as `npm pack`
 * gets and checks it), or a file: `cosign initialize` leaves one, checked by TUF, below ~/.sigstore/root.
 *
 *     node scripts/trusted-root.ts [--check] [FILE]
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { parseTrustedRoot } from '../src/sigstore/trusted-root.ts'
import { readTar } from './kit/untar.ts'

const target = new URL('../src/sigstore/trusted-root.json', import.meta.url)
const repository = 'https://tuf-repo-cdn.sigstore.dev'
const run = promisify(execFile)

/** The trusted root that a tarball of @sigstore/tuf carries; throws when it carries none. */
export function rootInPackage(tarball: Buffer): string {
  const entries = [...readTar(gunzipSync(tarball))]
  const seeds = entries.find(({ name }) => name === 'package/seeds.json')
  if (seeds === undefined) throw new Error('the package has no seeds.json')
  const encoded: unknown = JSON.parse(seeds.data.toString('utf8'))?.[repository]?.targets?.[
    'trusted_root.json'
  ]
  if (typeof encoded !== 'string') throw new Error('seeds.json has no trusted_root.json')
  return Buffer.from(encoded, 'base64').toString('utf8')
}

/** What a root lists, a line each: what it is, where, and since and until when. */
export function listed(text: string): readonly string[] {
  const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = parseTrustedRoot(
    JSON.parse(text),
    'it',
  )
  const day = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? ''
  const span = (valid?: { start?: Date | undefined; end?: Date | undefined }): string =>
    `${day(valid?.start)} to ${day(valid?.end) || 'now'}`
  return [
    ...tlogs.map(log => `log ${log.baseUrl}, ${span(log.publicKey?.validFor)}`),
    ...ctlogs.map(log => `certificate log ${log.baseUrl}, ${span(log.publicKey?.validFor)}`),
    ...certificateAuthorities.map(({ uri, validFor }) => `certificate authority ${uri}, ${span(validFor)}`),
    ...timestampAuthorities.map(({ uri, validFor }) => `timestamp authority ${uri}, ${span(validFor)}`),
  ]
}

async function packedRoot(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trusted-root-'))
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', folder, '@sigstore/tuf@latest'], {
      cwd: folder,
    })
    const [tarball = ''] = await readdir(folder)
    return rootInPackage(await readFile(join(folder, tarball)))
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean' } },
    allowPositionals: true,
  })
  const [file] = positionals
  const now = await readFile(target, 'utf8')
  const wanted = file === undefined ? await packedRoot() : await readFile(file, 'utf8')
  const [before, after] = [listed(now), listed(wanted)]
  for (const line of before) if (!after.includes(line)) console.log(`- ${line}`)
  for (const line of after) if (!before.includes(line)) console.log(`+ ${line}`)
  if (now === wanted) console.log('src/sigstore/trusted-root.json is as it should be')
  else if (values.check === true) {
    console.error('src/sigstore/trusted-root.json differs: run `node scripts/trusted-root.ts`')
    process.exitCode = 1
  } else {
    await writeFile(target, wanted)
    console.log('src/sigstore/trusted-root.json is written')
  }
}
