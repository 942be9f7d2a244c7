import { describe, expect, it } from 'vitest'
import { findDifference } from '../../../src/apko/image-difference.ts'
import { readImage } from '../../../src/apko/read-image.ts'
import { architectures } from '../../../src/domain/architecture.ts'
import { fillLayout, type LayerEntry } from './apko-layout.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Files = Readonly<Record<string, LayerEntry>>

/** An image of these layers, each architecture the same. */
async function imageOf(layers: readonly Files[], archs: readonly string[] = ['x86_64', 'aarch64']) {
  const layout = await temporaryFolder()
  await fillLayout(layout, Object.fromEntries(archs.map(arch => [arch, layers])))
  const wanted = architectures.filter(({ apk }) => archs.includes(apk))
  const { index, platforms } = await readImage(layout, wanted)
  const images = platforms.map(({ architecture, descriptor, size }) => ({
    platform: architecture.platform,
    arch: architecture.name,
    manifest: descriptor,
    size,
    sbom: '',
    installed: [],
    apks: [],
    addedToSbom: [],
  }))
  return { layout, index, platforms: images }
}

const base: Files = { 'etc/a': 'same', 'etc/b': 'x'.repeat(300_000), 'etc/link': { symlink: 'a' } }
const difference = async (one: readonly Files[], two: readonly Files[]) =>
  findDifference(await imageOf(one), await imageOf(two))

describe('the first difference of two builds', () => {
  it('is none when they are equal', async () => {
    expect(await difference([base, base], [base, base])).toBe(undefined)
  })

  it.each<[string, Files, string]>([
    ['content', { ...base, 'etc/b': 'y'.repeat(300_000) }, 'etc/b: content'],
    ['size', { ...base, 'etc/b': 'x' }, 'etc/b: size (300000, 1)'],
    ['kind', { ...base, 'etc/b': { symlink: 'a' } }, 'etc/b: type (file, symlink)'],
    ['target', { ...base, 'etc/link': { symlink: 'b' } }, 'etc/link: link target (a, b)'],
    ['one more', { ...base, 'etc/z': '' }, 'etc/z: only in the second'],
    ['one less', { 'etc/a': 'same', 'etc/b': 'x'.repeat(300_000) }, 'etc/link: only in the first'],
    ['another name', { 'etc/A': 'same' }, 'etc/a in the first, etc/A in its place in the second'],
  ])('names platform, layer and file: %s', async (_, changed, expected) => {
    expect(await difference([base, base], [base, changed])).toBe(`linux/amd64, layer 2 of 2: ${expected}`)
  })

  it('tells that there are more layers, or more platforms', async () => {
    expect(await difference([base], [base, base])).toBe('linux/amd64, 1 layers in the first, 2 in the second')
    expect(await findDifference(await imageOf([base]), await imageOf([base], ['x86_64']))).toBe(
      'linux/arm64: only in the first',
    )
  })
})
