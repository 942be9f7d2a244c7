import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSigningKey } from '../../../src/melange/signing-key.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'
import { melangeTool, temporaryFolder } from '../../support/melange-fixtures.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** As melange 0.56.5 does it: mode 644, and over whatever is there. */
const keygen: Answer = async ({ args }) => {
  const path = args[1] ?? ''
  await writeFile(path, pem, { mode: 0o644 })
  await writeFile(`${path}.pub`, publicPem, { mode: 0o644 })
  return {}
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

it('has melange make a throw-away pair, and closes it', async () => {
  const folder = join(temporaryFolder(), 'deep', 'key')
  const ports = fakePorts({ processes: { melange: keygen } })
  const key = await openSigningKey({ name: 'melange.rsa', folder }, melangeTool(), ports)
  expect(key).toEqual({
    privateKey: join(folder, 'melange.rsa'),
    publicKey: join(folder, 'melange.rsa.pub'),
    throwAway: true,
  })
  expect(ports.commands.map(({ args }) => args)).toEqual([['keygen', key.privateKey]])
  expect(await modeOf(folder)).toBe(0o700)
  expect([await modeOf(key.privateKey), await modeOf(key.publicKey)]).toEqual([0o600, 0o600])
  expect(ports.masked).toEqual([pem])
})

it("lays the user's key down as melange wants it, masked before anything", async () => {
  const folder = join(temporaryFolder(), 'key')
  const ports = fakePorts()
  const given = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n')
  const key = await openSigningKey({ pem: given, name: 'melange.rsa', folder }, melangeTool(), ports)
  expect(key.throwAway).toBe(false)
  expect(await readFile(key.privateKey, 'utf8')).toBe(pem)
  expect(await readFile(key.publicKey, 'utf8')).toBe(publicPem)
  expect([await modeOf(key.privateKey), await modeOf(key.publicKey)]).toEqual([0o600, 0o600])
  expect(ports.masked).toEqual([given, pem])
  expect(ports.commands).toEqual([])
})

it('has the folder wiped before anything secret is in it', async () => {
  const folder = join(temporaryFolder(), 'key')
  const ports = fakePorts()
  const seen: string[] = []
  const secrets = {
    ...ports.secrets,
    wipeLater: async (path: string) => {
      seen.push(path, ...(await readdir(path).catch(() => ['not there yet'])))
    },
  }
  await openSigningKey({ pem, name: 'melange.rsa', folder }, melangeTool(), { ...ports, secrets })
  expect(seen).toEqual([folder, 'not there yet'])
})

it('writes nothing when the key is not usable', async () => {
  const folder = join(temporaryFolder(), 'key')
  const ports = fakePorts()
  const opening = openSigningKey({ pem: publicPem, name: 'melange.rsa', folder }, melangeTool(), ports)
  await expect(opening).rejects.toMatchObject({ code: 'KEY_INVALID' })
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(ports.masked).toEqual([publicPem])
})

it('tells why melange made no key', async () => {
  const stderr = '2026/11/24 07:48:24 ERRO unable to open private key for writing: no space left on device\n'
  const ports = fakePorts({ processes: { melange: { code: 1, stderr } } })
  const opening = openSigningKey(
    { name: 'melange.rsa', folder: join(temporaryFolder(), 'key') },
    melangeTool(),
    ports,
  )
  await expect(opening).rejects.toMatchObject({
    code: 'TOOL_FAILED',
    message:
      'melange keygen ended with code 1: unable to open private key for writing: no space left on device',
  })
})

it('takes no folder that holds something', async () => {
  const folder = join(temporaryFolder(), 'key')
  await mkdir(folder)
  await writeFile(join(folder, 'other'), '')
  const opening = openSigningKey({ pem, name: 'melange.rsa', folder }, melangeTool(), fakePorts())
  await expect(opening).rejects.toThrow(/not fresh/)
})
