import { describe, expect, it } from 'vitest'
import { markKeys } from '../../../src/domain/image-marks.ts'
import type { RunContext } from '../../../src/domain/run-context.ts'
import { saysVersion, versionInTag } from '../../../src/pipeline/image-version.ts'
import type { ImagePlan } from '../../../src/pipeline/plan.ts'
import { planMarks, type MarkInputs } from '../../../src/pipeline/plan-marks.ts'
import { planTags, tagNames } from '../../../src/pipeline/plan-tags.ts'
import { apkoFile, melangeFile } from '../../support/planned-files.ts'
import { linesOf, onMain, onTag } from '../tags/tag-facts.ts'

interface Plan extends Omit<MarkInputs, 'labels'> {
  readonly tags?: string
  readonly labels?: string
  readonly context?: RunContext
  /** Names of the packages; all have the version. */
  readonly packages?: readonly string[]
  readonly version?: string
  readonly image?: string
  readonly annotated?: Readonly<Record<string, string>>
  readonly push?: boolean
}

function plan({
  tags = '',
  labels = '',
  context = onMain,
  packages = ['senhas'],
  version = '1.0.0',
  ...more
}: Plan) {
  const clock = { now: () => new Date('2026-03-05T23:04:09Z'), sleep: () => Promise.resolve() }
  const melange = packages.map(name => ({
    ...melangeFile(name),
    version,
    placeOf: () => ({ file: `${name}.yaml`, line: 3, column: 12 }),
  }))
  const tagged = planTags({ tags: linesOf(tags) }, melange, { context, clock })
  const image: ImagePlan = {
    file: { ...apkoFile('apko.yaml'), annotations: more.annotated ?? {} },
    architectures: [],
    name: more.image ?? 'ghcr.io/octo/senhas',
    repositories: [],
    tags: tagNames(tagged),
  }
  const { images, failures, notices } = planMarks(
    { ...more, labels: linesOf(labels) },
    { images: [image], push: more.push ?? true, melange, tagged },
    { context, clock },
  )
  return { version: images[0]?.marks?.defaults[markKeys.version], failures, notices }
}

describe('the version of an image', () => {
  it.each<[string, Plan, string]>([
    ['is its first tag', { tags: 'type=sha\ntype=edge' }, 'edge'],
    [
      'but not one with the clock in it',
      { tags: "type=raw,value={{date 'X'}},priority=9999\ntype=sha" },
      'sha-860c190',
    ],
    ["else the package's", { tags: "type=raw,value={{date 'X'}}" }, '1.0.0'],
    [
      'on a git tag the tag of that version',
      { tags: 'type=sha,priority=999\ntype=semver,pattern={{version}}', context: onTag('v1.0.0') },
      '1.0.0',
    ],
    ['by the usual rules', { context: onTag('v1.0.0') }, 'v1.0.0'],
    ['else the version itself', { tags: 'type=sha', context: onTag('v1.0.0') }, '1.0.0'],
    ['with the epoch where the tag has it', { tags: 'type=apk', context: onTag('v1.0.0') }, '1.0.0-r0'],
  ])('%s', (_title, wish, version) => {
    const planned = plan(wish)
    expect([planned.version, planned.failures]).toEqual([version, []])
  })
})

describe('versions agree', () => {
  it.each<[string, Plan]>([
    ['tag and package', { context: onTag('v1.0.0') }],
    ['a tag that starts with the package', { context: onTag('senhas/v1.0.0'), packages: ['senhas', 'b'] }],
    ['a pre-release in the words of semver', { context: onTag('v2.0.0-rc.1'), version: '2.0.0_rc1' }],
    ['a tag for all of a major version', { context: onTag('v1') }],
    ['a tag for all of a minor version', { context: onTag('v1.0') }],
    ['a tag with the epoch', { context: onTag('1.0.0-r0') }],
    ['a tag that is no version', { context: onTag('nightly-2026.01.02'), version: '7' }],
    ['a date', { context: onTag('20260102'), version: '7' }],
    ['a branch', { version: '7' }],
    ['packages of which none is the image’s', { context: onTag('v9.9.9'), packages: ['a', 'b'] }],
    ['a version that melange fills in', { context: onTag('v9.9.9'), version: '${{vars.v}}' }],
    ['when nobody looks', { context: onTag('v9.9.9'), 'version-check': false }],
    ['labels that are left out', { context: onTag('v1.0.0'), labels: `${markKeys.version}=1.0.0-r0` }],
  ])('%s', (_title, wish) => expect(plan(wish).failures).toEqual([]))
})

describe('versions disagree', () => {
  it('of tag and package: all three are shown, on the line of the package', () => {
    const [failure] = plan({ context: onTag('v1.1.0') }).failures
    expect(failure?.message).toMatchInlineSnapshot(`
      "ghcr.io/octo/senhas: the versions disagree
        git tag: v1.1.0
        package senhas: 1.0.0-r0 (senhas.yaml:3)
        label org.opencontainers.image.version: v1.1.0"
    `)
    expect(failure).toMatchObject({ code: 'VERSION_MISMATCH', at: { file: 'senhas.yaml', line: 3 } })
    expect(failure?.hint).toMatchInlineSnapshot(
      `"Set "version" in senhas.yaml to that of the tag, and tag the commit that has it; "version-check: false" builds all the same."`,
    )
  })

  it.each<[string, Plan, RegExp]>([
    ['a label of the input', { context: onTag('v1.0.0'), labels: `${markKeys.version}=2` }, /label .*: 2$/],
    [
      'one of the apko file',
      { context: onTag('v1.0.0'), annotated: { [markKeys.version]: '0.9' } },
      /label .*: 0\.9$/,
    ],
    [
      'a release',
      {
        context: { ...onMain, event: 'release', release: { tag: 'v3.0.0', draft: false, prerelease: false } },
      },
      /release: v3\.0\.0/,
    ],
    ['an epoch', { context: onTag('v1.0.0-r1') }, /git tag: v1\.0\.0-r1/],
    ['the pre-release of a version', { context: onTag('v1.0.0-rc.1') }, /git tag: v1\.0\.0-rc\.1/],
    [
      'a named package',
      { tags: 'type=apk,package=b', context: onTag('v2.0.0'), packages: ['a', 'b'] },
      /package b: 1\.0\.0-r0 \(b\.yaml:3\)/,
    ],
    [
      'a package called like the image',
      { context: onTag('v2.0.0'), packages: ['x', 'senhas'] },
      /package senhas/,
    ],
  ])('%s', (_title, wish, text) => {
    const { failures } = plan(wish)
    expect(failures.map(({ code }) => code)).toEqual(['VERSION_MISMATCH'])
    expect(failures[0]?.message).toMatch(text)
  })
})

describe('rules that make no tag', () => {
  const tags = 'type=semver,pattern={{version}}'
  it('fail where something is pushed', () => {
    expect(plan({ tags }).failures[0]?.message).toMatch(/^input "tags" makes no tag in this run; line 1/)
  })

  it('are worth a remark where nothing is', () => {
    const { failures, notices } = plan({ tags, push: false })
    expect(failures).toEqual([])
    expect(notices).toEqual([expect.stringMatching(/no git tag; it is called latest here$/)])
  })
})

it.each([
  ['v1.2.3', '1.2.3'],
  ['1.2', '1.2'],
  ['v1', '1'],
  ['senhas-v1.2.3', '1.2.3'],
  ['senhas@1.2.3-rc.1', '1.2.3-rc.1'],
  ['other-1.2.3', undefined],
  ['1', undefined],
  ['v', undefined],
  ['vinte', undefined],
])('%s is for the version %s', (tag, version) => expect(versionInTag(tag, 'senhas')).toBe(version))

it.each([
  ['1.2', true],
  ['1', true],
  ['v1.2.3', true],
  ['1.2.3+build', true],
  ['1.2.30', false],
  ['12', false],
  ['1.2.3-r1', false],
  ['main', false],
])('%s says 1.2.3-r0: %s', (text, says) =>
  expect(saysVersion(text, { version: '1.2.3', epoch: 0 })).toBe(says),
)
