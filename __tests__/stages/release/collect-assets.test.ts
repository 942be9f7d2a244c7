import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BuildRecord } from '../../../src/domain/build-record.ts'
import { sha256Hex } from '../../../src/domain/digest.ts'
import { collectAssets, type AssetsWish } from '../../../src/release/collect-assets.ts'
import { joinRecords } from '../../../src/release/released.ts'
import { makeOutputFolder, type OutputFolder } from '../../support/release/output-folder.ts'

async function collect(
  output: OutputFolder,
  more: Partial<AssetsWish> & { readonly record?: BuildRecord } = {},
) {
  const { record = output.record, ...wish } = more
  const temp = join(output.folder, `temp-${Math.random()}`)
  await mkdir(temp)
  const folders = [{ record, folder: output.folder, file: join(output.folder, 'giropops.json') }]
  return collectAssets({
    released: joinRecords(folders),
    folders,
    packages: undefined,
    more: [],
    temp,
    ...wish,
  })
}

test('every file with its digest', async () => {
  await using output = await makeOutputFolder()
  const assets = await collect(output)
  expect(assets.map(({ name }) => name).sort()).toEqual(output.assetNames)
  expect(assets.at(-1)?.name).toBe('checksums.txt')
  for (const { path, size, sha256 } of assets) {
    const bytes = await readFile(path)
    expect({ size, sha256 }).toEqual({ size: bytes.length, sha256: sha256Hex(bytes) })
  }
  const witnesses = assets.filter(({ role }) => role === 'witness').map(({ name }) => name)
  expect(
    witnesses.filter(name => !/sigstore\.json$|\.sarif$|giropops\.json|checksums\.txt/.test(name)),
  ).toEqual([])
})

test('checksums are of the form that sha256sum checks', async () => {
  await using output = await makeOutputFolder()
  const assets = await collect(output)
  for (const { name, path } of assets) await output.write(`download/${name}`, await readFile(path, 'latin1'))
  const text = await readFile(assets.at(-1)?.path ?? '', 'utf8')
  for (const { name, path, sha256 } of assets.slice(0, -1)) {
    expect(text).toContain(`${sha256}  ${name}\n`)
    execFileSync('sha256sum', ['--check', '--status'], { input: `${sha256}  ${path}\n` })
  }
})

test('packages.tar is an apk repository below packages/, the same each time', async () => {
  await using output = await makeOutputFolder()
  const [one, two] = [await collect(output), await collect(output)].map(assets =>
    assets.find(({ name }) => name === 'packages.tar'),
  )
  expect(one?.sha256).toBe(two?.sha256)
  const list = execFileSync('tar', ['-tvf', one?.path ?? ''], { encoding: 'utf8' })
  expect(
    list
      .trim()
      .split('\n')
      .map(line => line.replace(/ +/g, ' ')),
  ).toEqual([
    expect.stringMatching(/^-rw-r--r-- .* 1980-01-01 .* packages\/aarch64\/APKINDEX\.tar\.gz$/),
    expect.stringMatching(/packages\/aarch64\/senhas-1\.0\.0-r0\.apk$/),
    expect.stringMatching(/packages\/melange\.rsa\.pub$/),
    expect.stringMatching(/packages\/x86_64\/APKINDEX\.tar\.gz$/),
    expect.stringMatching(/packages\/x86_64\/senhas-1\.0\.0-r0\.apk$/),
  ])
  const apk = execFileSync('tar', ['-xOf', one?.path ?? '', 'packages/x86_64/senhas-1.0.0-r0.apk'], {
    encoding: 'utf8',
  })
  expect(apk).toBe('apk of x86_64')
})

test('another repository goes in the place of that of the record', async () => {
  await using output = await makeOutputFolder()
  await output.write('elsewhere/x86_64/other-1-r0.apk', 'other')
  await output.write('elsewhere/x86_64/APKINDEX.tar.gz', 'index')
  const { packages: _none, ...record } = output.record
  const assets = await collect(output, { record, packages: join(output.folder, 'elsewhere') })
  expect(assets.map(({ name }) => name).filter(name => name.endsWith('.apk'))).toEqual([
    'other-1-r0.x86_64.apk',
  ])
  expect((await collect(output, { record })).map(({ name }) => name)).not.toContain('packages.tar')
})

test('hundreds of packages go as one repository', async () => {
  await using output = await makeOutputFolder()
  for (let at = 0; at < 501; at += 1) await output.write(`packages/x86_64/p${at}-1-r0.apk`, `apk ${at}`)
  const names = (await collect(output, { packages: join(output.folder, 'packages') })).map(({ name }) => name)
  expect(names).toContain('packages.tar')
  expect(names.filter(name => name.endsWith('.apk'))).toEqual([])
})

test('packages that are not those of the record are refused', async () => {
  await using output = await makeOutputFolder()
  const packages = join(output.folder, 'packages')
  await output.write('packages/x86_64/added-1-r0.apk', 'added')
  const added = 'x86_64/added-1-r0.apk is among the packages, and no record names it'
  await expect(collect(output)).rejects.toMatchObject({ code: 'PACKAGES_INVALID', message: added })
  expect((await collect(output, { packages })).map(({ name }) => name)).toContain('added-1-r0.x86_64.apk')

  await output.write('packages/x86_64/senhas-1.0.0-r0.apk', 'poisoned')
  const recorded = sha256Hex('apk of x86_64')
  await expect(collect(output, { packages })).rejects.toMatchObject({
    code: 'PACKAGES_INVALID',
    message: `x86_64/senhas-1.0.0-r0.apk is not the package of the record: recorded sha256 ${recorded}, found ${sha256Hex('poisoned')}`,
  })

  await rm(join(packages, 'x86_64/senhas-1.0.0-r0.apk'))
  await expect(collect(output)).rejects.toMatchObject({
    message: `${added}\nx86_64/senhas-1.0.0-r0.apk is named by a record, and is not among the packages`,
  })
})

test('two files of one name are refused, the same file twice is not', async () => {
  await using output = await makeOutputFolder()
  const one = await output.write('a/README.md', 'one')
  const same = await output.write('b/README.md', 'one')
  const other = await output.write('c/README.md', 'two')
  expect(
    (await collect(output, { more: [one, same] })).filter(({ name }) => name === 'README.md'),
  ).toHaveLength(1)
  await expect(collect(output, { more: [one, other] })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: 'two files would be the asset "README.md"',
  })
})

test('an empty file is refused', async () => {
  await using output = await makeOutputFolder()
  const more = [await output.write('empty.txt', '')]
  await expect(collect(output, { more })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})

test.for([
  ['images/apko/sbom/gone.spdx.json', 'CONFIG_MISSING'],
  ['../../etc/passwd', 'CONFIG_INVALID'],
  ['/etc/passwd', 'CONFIG_INVALID'],
  ['images/../../x', 'CONFIG_INVALID'],
] as const)('a record that names %s is refused', async ([sbom, code]) => {
  await using output = await makeOutputFolder()
  const images = output.record.images.map(image => ({ ...image, sboms: [sbom] }))
  await expect(collect(output, { record: { ...output.record, images } })).rejects.toMatchObject({ code })
})

test('what several steps recorded is joined', async () => {
  await using output = await makeOutputFolder()
  const { record } = output
  const [image] = record.images
  if (image === undefined || image.signed === undefined) throw new Error('no image')
  const { signed, ...unsigned } = image
  const file = ''
  const folder = ''
  const { packages, ...rest } = record
  const released = joinRecords([
    { record: { ...record, images: [] }, folder, file },
    { record: { ...rest, images: [unsigned] }, folder, file },
    { record: { ...rest, images: [{ ...image, platforms: [], sboms: [] }] }, folder, file },
  ])
  expect(released).toEqual({ images: [image], packages, commit: record.run.commit })
  const other = { ...record, run: { commit: 'd'.repeat(40) } }
  expect(() =>
    joinRecords([
      { record, folder, file },
      { record: other, folder, file },
    ]),
  ).toThrow(/several commits/)
  expect(signed.bundles).toHaveLength(1)
})
