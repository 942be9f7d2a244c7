import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { contradictions, idleInputs, idleRemarks } from '../../../src/pipeline/contradictions.ts'
import { dropUnnamedOutput, openOutput } from '../../../src/pipeline/output-folder.ts'
import { openRepositoryFolder } from '../../../src/pipeline/repository-folder.ts'
import { readKeyInput } from '../../../src/pipeline/signing-key-text.ts'
import type { Ports } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { arch } from '../../support/planned-files.ts'

let workspace = ''
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'checked-'))
  await writeFile(join(workspace, 'key.pem'), 'KEY')
})
afterAll(() => rm(workspace, { recursive: true }))

describe('contradictions', () => {
  it.each([
    [{ 'melange-args': ['--arch=x86_64'] }, /"melange-args" holds --arch/, /use the input "platforms"/],
    [{ 'melange-args': ['--ignore-signatures'] }, /holds --ignore-signatures/, /Remove/],
    [{ 'apko-args': ['--sbom-path', 'x'] }, /"apko-args" holds --sbom-path/, /Remove/],
    [
      { 'melange-args': ['--workspace-dir=/x'] },
      /"melange-args" holds --workspace-dir, which is set/,
      /Remove/,
    ],
    [{ 'melange-args': ['other.yaml'] }, /holds "other.yaml", which is neither a flag nor/, /--flag=value/],
    [{ 'melange-args': ['--cpu=2', '4'] }, /holds "4", which is neither a flag nor/, /--flag=value/],
    [{ 'melange-args': ['--'] }, /holds --, which has no use/, /Remove/],
    [{ 'melange-args': ['-i'] }, /holds -i, which has no use/, /Remove/],
    [{ 'melange-args': ['--interactive=true'] }, /holds --interactive, which has no use/, /Remove/],
    [{ 'apko-args': ['-h'] }, /holds -h, which has no use/, /Remove/],
    [{ 'apko-args': ['--help'] }, /holds --help, which has no use/, /Remove/],
    [{ 'apko-args': ['-C/x'] }, /holds -C, which is set/, /Remove/],
    [{ username: 'me' }, /"username" is given without "token"/, /login-action/],
  ])('%j', (inputs, message, hint) => {
    const [failure, ...more] = contradictions(inputs)
    expect(more).toEqual([])
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(message) })
    expect(failure?.hint).toMatch(hint)
  })

  it('leaves other arguments alone', () => {
    const melange = ['--debug', '-k', 'x.pub', '-r', 'https://example.com', '--cpu', '2', '--disk=1']
    expect(contradictions({ 'melange-args': melange, 'apko-args': ['--annotations', 'a:b'] })).toEqual([])
  })

  it('what is for a release has no effect where nothing is released, which is said', () => {
    const inputs = { draft: true, assets: ['*.md'], 'major-tag': true }
    const text =
      'nothing is released ("release" is "false"), so these have no effect: draft, assets, major-tag'
    expect(idleRemarks({ ...inputs, release: 'false' })).toEqual([text])
    expect(idleRemarks({ release: 'false', draft: false, assets: [], 'major-tag': false })).toEqual([])
    expect(idleRemarks({ ...inputs, release: 'auto' })).toEqual([])
  })

  it.each([
    [{ 'cosign-key': 'x', 'fulcio-url': 'y' }, 'cosign-key, fulcio-url'],
    [{ 'signature-format': 'both' as const }, 'signature-format'],
    [{ 'attest-to': { registry: true, github: true } }, 'attest-to'],
  ])('%j has no effect where nothing is signed, which is said', (inputs, names) => {
    expect(idleInputs({ sign: 'false', ...inputs })).toMatch(new RegExp(`no effect: ${names}$`))
    expect(idleInputs({ sign: 'auto', ...inputs })).toBeUndefined()
    expect(contradictions({ sign: 'false', ...inputs })).toEqual([])
  })

  it('says nothing where everything has its default', () => {
    const attestTo = { registry: true, github: false }
    expect(idleInputs({ sign: 'false', 'attest-to': attestTo, 'signature-format': 'bundle' })).toBeUndefined()
  })
})

describe.each(['signing-key', 'cosign-key'] as const)('%s', name => {
  const read = async (value: string | undefined) => {
    const { secrets, masked } = fakePorts()
    const key = await readKeyInput(name, value, { machine: machine(), secrets })
    return { key, masked, hidden: secrets.hiddenFiles }
  }
  it('is a text, masked', async () => {
    expect(await read(undefined)).toEqual({ key: undefined, masked: [], hidden: [] })
    expect(await read('-----BEGIN X')).toEqual({ key: '-----BEGIN X', masked: ['-----BEGIN X'], hidden: [] })
  })
  it('may be the file that holds it, which builds do not see', async () => {
    const hidden = [join(workspace, 'key.pem')]
    expect(await read('key.pem')).toEqual({ key: 'KEY', masked: ['KEY'], hidden })
  })
  it('may not be a folder', async () => {
    await expect(read('.')).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: `input "${name}" is the path of a folder, not of a file`,
    })
  })
  it('is never told when it is neither', async () => {
    const failure = await read('hunter2').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'KEY_INVALID', message: expect.stringContaining(`"${name}"`) })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('hunter2')
  })
})

const machine = () => ({
  os: 'linux' as const,
  architecture: arch('amd64'),
  workspace,
  temp: join(workspace, 'temp'),
  dockerHost: '',
  dockerConfig: '',
})

describe('output folder', () => {
  const open = (named: string | undefined, claimFolder: Ports['claimFolder'] = async () => {}) =>
    openOutput(named, { machine: machine(), context: { workflow: true }, claimFolder })
  it('is made, empty', async () => {
    const folder = await open('a/b')
    expect(folder).toBe(join(workspace, 'a/b'))
    await expect(readFile(join(folder, '.giropops-probe'))).rejects.toThrow('ENOENT')
  })
  it('stays beside the folder of the run', async () => {
    expect(await open(undefined)).toBe(join(workspace, 'temp-output'))
  })
  it('goes with a failed run when nobody named it, but not on a laptop', async () => {
    const folder = await open(undefined)
    await dropUnnamedOutput({ machine: machine(), context: { workflow: false } })
    expect(await readdir(folder)).toEqual([])
    await dropUnnamedOutput({ machine: machine(), context: { workflow: true } })
    await expect(readdir(folder)).rejects.toThrow('ENOENT')
  })
  it.each(['.', '..', '/'])('may not be %s', async name => {
    await expect(open(name)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
  it('may not be a link to what holds the workspace, or lie beyond one', async () => {
    await symlink(workspace, join(workspace, 'self'))
    await symlink('/', join(workspace, 'root'))
    for (const name of ['self', 'root', `root${workspace}/../nothing/..`]) {
      await expect(open(name)).rejects.toMatchObject({
        message: expect.stringContaining('holds the workspace'),
      })
    }
    expect(await open('self/out')).toBe(join(workspace, 'self/out'))
  })
  it.skipIf(process.platform !== 'linux')('may not be where no folder can be made', async () => {
    await expect(open('/proc/giropops/x')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'input "output": cannot write to /proc/giropops/x (ENOENT)',
    })
  })
  it('is claimed once it is there, and a claim refused is told as it is', async () => {
    const refused = new Failure('INPUT_INVALID', 'another run')
    await expect(
      open('claimed', async folder => {
        expect(await readdir(folder)).toEqual([])
        throw refused
      }),
    ).rejects.toBe(refused)
  })
  it('may not be a file', async () => {
    await expect(open('key.pem')).rejects.toMatchObject({
      message: expect.stringContaining('input "output": cannot write to'),
    })
  })
})

describe('packages of an earlier step', () => {
  it('are a folder with indexes and a key', async () => {
    const folder = join(workspace, 'repo')
    await mkdir(join(folder, 'x86_64'), { recursive: true })
    await expect(openRepositoryFolder('repo', workspace)).rejects.toMatchObject({
      message: expect.stringContaining('APKINDEX.tar.gz'),
    })
    await writeFile(join(folder, 'x86_64/APKINDEX.tar.gz'), '')
    await expect(openRepositoryFolder('repo', workspace)).rejects.toMatchObject({
      message: expect.stringContaining('public key'),
    })
    await writeFile(join(folder, 'melange.rsa.pub'), '')
    expect(await openRepositoryFolder('repo', workspace)).toEqual({
      folder,
      publicKey: join(folder, 'melange.rsa.pub'),
      packages: [],
    })
  })
})
