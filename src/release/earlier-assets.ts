import { asObject, parseObject } from '../domain/json-object.ts'
import { foreseen } from '../domain/outcome.ts'
import { apkName } from './asset-name.ts'
import type { GithubAsset } from './github-release.ts'
import type { ReleaseRoom } from './room.ts'

/** Assets that an earlier run of ours put into a draft: by name their sha256 (hex). */
export type EarlierAssets = ReadonlyMap<string, string>

export const noEarlier: EarlierAssets = new Map()

/**
 * What an earlier run says that it put there: the draft's checksums.txt, and the packages that its giropops.json names. Only a
 * draft that carries our part of the notes is to be asked. What cannot be read is not known, so that it stays.
 */
export async function readEarlier(
  present: readonly GithubAsset[],
  room: ReleaseRoom,
): Promise<EarlierAssets> {
  const [checksums, record] = await Promise.all([
    textOf(present, 'checksums.txt', room),
    textOf(present, 'giropops.json', room),
  ])
  return new Map([...apksOf(record), ...linesOf(checksums)])
}

function linesOf(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap(line => {
    const [, sha256, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? []
    return sha256 === undefined || name === undefined ? [] : [[name, sha256] as const]
  })
}

function apksOf(text: string): readonly (readonly [string, string])[] {
  const built = asObject(parseObject(text)?.['packages'])?.['built']
  if (!Array.isArray(built)) return []
  return built.flatMap(each => {
    const { file, sha256 } = asObject(each) ?? {}
    return typeof file === 'string' && typeof sha256 === 'string' ? [[apkName(file), sha256] as const] : []
  })
}

async function textOf(
  present: readonly GithubAsset[],
  wanted: string,
  { github, ports }: ReleaseRoom,
): Promise<string> {
  const asset = present.find(({ name, state }) => name === wanted && state === 'uploaded')
  if (asset === undefined) return ''
  try {
    const what = `${wanted} of the draft`
    const { bytes } = await github.ask({
      what,
      method: 'GET',
      path: asset.api,
      media: 'application/octet-stream',
    })
    return bytes.toString()
  } catch (error) {
    const [failure] = foreseen(error)
    ports.log.notice(`what an earlier run left stays in the draft: ${failure?.message}`)
    return ''
  }
}
