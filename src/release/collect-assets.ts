import { glob, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ImageOfRecord } from '../domain/build-record.ts'
import { Failure } from '../domain/failure.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import { apkName, assetName, imageFileName } from './asset-name.ts'
import { largestAsset, type LocalAsset } from './local-asset.ts'
import { writePackagesTar } from './packages-tar.ts'
import { checkRecorded } from './recorded-packages.ts'
import { findReleased, type Released, type RecordFolder } from './released.ts'

export interface AssetsWish {
  readonly released: Released
  readonly folders: readonly RecordFolder[]
  /** An apk repository to release instead of the one that the records name, absolute path. */
  readonly packages: string | undefined
  /** Further files, absolute paths. */
  readonly more: readonly string[]
  /** Folder of ours for what is made for the release. */
  readonly temp: string
}

type Named = Pick<LocalAsset, 'name' | 'path' | 'role'>

/** GitHub takes a thousand of them. */
const most = 1000

/**
 * All files of a release with their digests, `checksums.txt` last: packages, their indexes and key (also as one repository in
 * `packages.tar`), SBOMs, bundles, findings, the record, the images by digest, and the further files. Fails with CONFIG_MISSING
 * when one is not there, PACKAGES_INVALID when packages are not those of the record, INPUT_INVALID when two have one name or GitHub takes no such file.
 */
export async function collectAssets(wish: AssetsWish): Promise<readonly LocalAsset[]> {
  const named = [
    ...(await packageFiles(wish)),
    ...(await imageFiles(wish)),
    ...(await recordFiles(wish)),
    ...wish.more.map((path): Named => ({ name: assetName(basename(path)), path, role: 'content' })),
  ]
  const weighed = await sideBySide(named, 4, weigh)
  const assets = eachOnce(weighed)
  if (assets.length >= most) {
    throw new Failure(
      'INPUT_INVALID',
      `the release would have ${assets.length + 1} assets; GitHub takes ${most}`,
      {
        hint: 'Name fewer files in "assets".',
      },
    )
  }
  if (assets.length === 0) return []
  const checksums = join(wish.temp, 'checksums.txt')
  const lines = assets.map(({ name, sha256 }) => `${sha256}  ${name}\n`)
  await writeFile(checksums, lines.join(''))
  return [...assets, await weigh({ name: 'checksums.txt', path: checksums, role: 'witness' })]
}

async function packageFiles({ released, folders, packages, temp }: AssetsWish): Promise<readonly Named[]> {
  const named = released.packages?.folder
  const folder = packages ?? (named === undefined ? undefined : await findReleased(named, folders))
  if (folder === undefined) return []
  const find = async (pattern: string): Promise<readonly string[]> =>
    (await Array.fromAsync(glob(pattern, { cwd: folder }))).sort()
  const apks = await find('*/*.apk')
  const indexes = await find('*/APKINDEX.tar.gz')
  const keys = await find('*.rsa.pub')
  await checkRecorded({ folder, apks, given: packages !== undefined }, folders)
  if (apks.length === 0) return []
  const tar = join(temp, 'packages.tar')
  await writePackagesTar(folder, [...apks, ...indexes, ...keys], tar)
  const single = (file: string, name: string, role: LocalAsset['role']): Named => ({
    name,
    path: join(folder, file),
    role,
  })
  const bundles = await find('{*,*/*}.sigstore.json')
  const isMany = apks.length + bundles.length > most / 2
  return [
    { name: 'packages.tar', path: tar, role: 'content' },
    ...keys.map(file => single(file, assetName(file), 'content')),
    ...(isMany ? [] : [...apks, ...indexes].map(file => single(file, apkName(file), 'content'))),
    ...bundles
      .filter(file => !isMany || !file.includes('/'))
      .map(file => single(file, bundleName(file), 'witness')),
  ]
}

function bundleName(file: string): string {
  if (file.includes('/')) return apkName(file)
  return file === 'provenance.sigstore.json' ? 'packages.provenance.sigstore.json' : assetName(file)
}

async function imageFiles({ released: { images }, folders, temp }: AssetsWish): Promise<readonly Named[]> {
  const find = async (files: readonly string[], role: LocalAsset['role']): Promise<readonly Named[]> =>
    Promise.all(
      files.map(async file => ({ name: imageFileName(file), path: await findReleased(file, folders), role })),
    )
  const sboms = await find(
    images.flatMap(image => image.sboms),
    'content',
  )
  const bundles = await find(
    images.flatMap(({ signed }) => signed?.bundles.map(({ file }) => file) ?? []),
    'witness',
  )
  const pushed = images.filter(image => image.pushed !== undefined)
  if (pushed.length === 0) return [...sboms, ...bundles]
  const list = join(temp, 'images.txt')
  await writeFile(list, pushed.map(imageLine).sort().join(''))
  return [{ name: 'images.txt', path: list, role: 'content' }, ...sboms, ...bundles]
}

function imageLine({ pushed, digest }: ImageOfRecord): string {
  return `${pushed?.repository}@${digest}\n`
}

async function recordFiles({ folders }: AssetsWish): Promise<readonly Named[]> {
  const withImages = folders.find(({ record }) => record.images.length > 0)
  const sorted = [...new Set([...(withImages === undefined ? [] : [withImages]), ...folders])]
  const parts = sorted.map(async (each, at): Promise<readonly Named[]> => {
    const name = at === 0 ? 'giropops.json' : `giropops.${at + 1}.json`
    const record: Named = { name, path: each.file, role: 'witness' }
    const findings = await Array.fromAsync(glob('**/*.sarif', { cwd: each.folder }))
    return [
      record,
      ...findings.sort().map((file): Named => ({
        name: imageFileName(file),
        path: join(each.folder, file),
        role: 'witness',
      })),
    ]
  })
  return (await Promise.all(parts)).flat()
}

async function weigh(named: Named): Promise<LocalAsset> {
  const { size } = await stat(named.path)
  if (size === 0 || size > largestAsset) {
    throw new Failure('INPUT_INVALID', `${named.name}: GitHub takes no file of ${size} bytes`, {
      hint: 'A release takes files of 1 byte to 2 GiB.',
    })
  }
  return { ...named, size, sha256: await sha256OfFile(named.path) }
}

/** The same file named twice is one asset; two files cannot have one name. */
function eachOnce(assets: readonly LocalAsset[]): readonly LocalAsset[] {
  const byName = new Map<string, LocalAsset>()
  for (const asset of assets) {
    const known = byName.get(asset.name)
    if (known !== undefined && known.sha256 !== asset.sha256) {
      throw new Failure('INPUT_INVALID', `two files would be the asset ${JSON.stringify(asset.name)}`, {
        hint: `A release has no folders; rename one of ${known.path} and ${asset.path}.`,
      })
    }
    byName.set(asset.name, known ?? asset)
  }
  return [...byName.values()]
}
