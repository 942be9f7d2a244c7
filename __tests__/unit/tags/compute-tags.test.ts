import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTag } from '../../../src/oci/reference.ts'
import { compute, onMain, onTag, senhas, tagsOf } from './tag-facts.ts'

describe('no rules', () => {
  it.each([
    ['a branch', onMain, ['main']],
    ['a branch with a slash', { ...onMain, ref: 'refs/heads/feat/x' }, ['feat-x']],
    ['a git tag', onTag('v1.2.3'), ['v1.2.3', 'latest']],
    ['a pre-release', onTag('v1.2.3-rc.1'), ['v1.2.3-rc.1']],
    ['a pull request', { ...onMain, event: 'pull_request', ref: 'refs/pull/7/merge' }, ['pr-7']],
    ['a schedule', { ...onMain, event: 'schedule' }, ['nightly', 'main']],
    ['a laptop', { workflow: false, ref: 'refs/heads/main' }, ['main']],
    ['a laptop without a branch', { workflow: false }, ['latest']],
  ])('on %s', (_title, context, tags) => {
    expect(tagsOf('', { context })).toEqual(tags)
  })
})

describe('plain tags', () => {
  it.each([
    ['1.0.0, latest', ['1.0.0', 'latest']],
    ['1.0.0\nlatest\n# remark\n1.0.0', ['1.0.0', 'latest']],
    ['main-{{sha}}', ['main-860c190']],
    ["{{sha 5}}-{{date 'YYYYMMDDHHmmss' tz='America/Sao_Paulo'}}", ['860c1-20260305200409']],
  ])('%s', (rules, tags) => expect(tagsOf(rules)).toEqual(tags))
})

describe("the tutorial's tag", () => {
  const rule = "type=raw,value={{sha 5}}-{{date 'YYYYMMDDHHmmss'}}"

  it('has five digits of the commit and the time', () => {
    expect(tagsOf(rule)).toEqual(['860c1-20260305230409'])
  })

  it('is known to change in every run', () => {
    const { tags } = compute(`${rule}\ntype=ref,event=branch`)
    expect(tags).toEqual([
      { name: 'main', timed: false },
      { name: '860c1-20260305230409', timed: true },
    ])
  })

  it('can have the time of the commit instead, which does not', () => {
    expect(compute("type=raw,value={{sha 5}}-{{commit_date 'YYYYMMDDHHmmss'}}").tags).toEqual([
      { name: '860c1-20260301023045', timed: false },
    ])
  })
})

describe('type=apk', () => {
  const packages = [senhas]
  it.each([
    ['type=apk', ['1.4.2-r3']],
    ['type=apk,package=senhas,pattern={{version}}-r{{epoch}}', ['1.4.2-r3']],
    ['type=apk,package=senhas-doc,pattern={{name}}-{{version}}', ['senhas-1.4.2']],
    ['type=apk,pattern={{major}}.{{minor}},prefix=v,suffix=-{{sha}}', ['v1.4-860c190']],
    ['type=sha\ntype=apk,pattern={{version}}', ['1.4.2', 'sha-860c190']],
  ])('%s', (rules, tags) => expect(tagsOf(rules, { packages })).toEqual(tags))

  it('moves latest on a git tag only', () => {
    expect(tagsOf('type=apk', { packages, context: onTag('v1.4.2') })).toEqual(['1.4.2-r3', 'latest'])
    expect(tagsOf('type=apk', { packages, context: onTag('v1.4.2-rc.1') })).toEqual(['1.4.2-r3'])
  })

  it('of a pre-release moves nothing that versions share', () => {
    const pre = { packages: [{ ...senhas, version: '2.0.0_rc1' }], context: onTag('v2.0.0-rc.1') }
    expect(tagsOf('type=apk,pattern={{major}}\ntype=apk', pre)).toEqual(['2.0.0_rc1', '2.0.0_rc1-r3'])
  })

  it.each([
    ['type=apk', [], /needs a package, and this run builds none/],
    ['type=apk', [senhas, { ...senhas, name: 'b' }], /line 1 .*no attribute "package".*accepted: senhas, b/],
    [
      'type=sha\ntype=apk,package=senha',
      [senhas],
      /line 2 .*package is "senha"; accepted: senhas, senhas-doc/,
    ],
    [
      'type=apk',
      [{ ...senhas, version: '${{vars.v}}' }],
      /"\$\{\{vars.v\}\}", which only melange can fill in/,
    ],
    [
      'type=apk,pattern={{versoin}}',
      [senhas],
      /there is no \{\{versoin\}\} here; accepted: name, version, epoch/,
    ],
  ])('%s is refused', (rules, some, message) => {
    const { failures } = compute(rules, { packages: some })
    expect(failures.map(each => each.message)).toEqual([expect.stringMatching(message)])
  })

  it('names the nearest package', () => {
    expect(compute('type=apk,package=senha', { packages }).failures[0]?.hint).toBe('Write package=senhas.')
  })
})

describe('latest', () => {
  const wanted =
    'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}\ntype=semver,pattern={{major}}'
  it.each(['v2.0.0-rc.1', 'v2.0.0-alpha', '2.0.0-0.3.7', 'v2.0.0-beta+exp.sha'])(
    'is not moved to %s',
    tag => {
      for (const rules of [
        '',
        wanted,
        'type=match,pattern=v?(.*),group=1',
        'type=ref,event=tag',
        'type=match,pattern=\\d+',
      ]) {
        expect(tagsOf(rules, { context: onTag(tag) })).not.toContain('latest')
      }
      expect(tagsOf(wanted, { context: onTag(tag) })).toHaveLength(1)
    },
  )

  it.each(['release/2.0.0-rc.1', 'senhas-v2.0.0_rc1', '2.0.0rc2', '2.0.0.dev4', 'v2.0.0a1'])(
    'nor to %s, by its name',
    tag => expect(tagsOf('type=ref,event=tag', { context: onTag(tag) })).not.toContain('latest'),
  )

  it.each(['v1.0.0', '1.0.0-r1', 'release-1.0.0', 'sometag', '1.0.0post1'])('but to %s', tag => {
    expect(tagsOf('type=ref,event=tag', { context: onTag(tag) })).toContain('latest')
  })

  it('is not moved by a release that is marked as a pre-release', () => {
    const release = { tag: 'v1.0.0', draft: false, prerelease: true }
    const context = { ...onTag('v1.0.0'), event: 'release', release }
    expect(tagsOf(wanted, { context })).toEqual(['1.0.0', '1.0', '1'])
    expect(tagsOf(wanted, { context: { ...context, release: { ...release, prerelease: false } } })).toContain(
      'latest',
    )
  })

  it('takes expressions of the flavor', () => {
    const flavor = 'latest=true\nsuffix=-{{sha 3}},onlatest=true'
    expect(tagsOf('type=raw,value=a', { flavor })).toEqual(['a-860', 'latest-860'])
  })
})

describe('a release event', () => {
  it('counts as its git tag, whatever the ref', () => {
    const release = { tag: 'v3.1.0', draft: true, prerelease: false }
    const context = { ...onMain, event: 'release', ref: '', release }
    expect(tagsOf('type=semver,pattern={{version}}\ntype=raw,value={{tag}}-x', { context })).toEqual([
      '3.1.0',
      'v3.1.0-x',
      'latest',
    ])
  })
})

describe('quotes', () => {
  it.each([
    'type=match,"pattern=\\d{1,2}\\.\\d{1,2}"',
    'type=match,"""pattern=\\d{1,2}\\.\\d{1,2}"""',
    '"type=match,""pattern=\\d{1,2}\\.\\d{1,2}"""',
  ])('%s', rule => expect(tagsOf(rule, { context: onTag('v12.34.5') })).toContain('12.34'))

  it("keep a date's commas", () => {
    expect(tagsOf('type=raw,"value={{date \'ddd, MMM D\'}}"')).toEqual(['Thu-Mar-5'])
  })
})

describe('what is no tag', () => {
  it('is made one: longest, first character, nothing left', () => {
    expect(
      tagsOf('type=ref,event=branch', { context: { ...onMain, ref: `refs/heads/${'a'.repeat(200)}` } }),
    ).toEqual(['a'.repeat(128)])
    expect(tagsOf('type=raw,value=.-x\ntype=raw,value=é')).toEqual(['x'])
  })
})

describe('any rules on any ref', () => {
  const text = fc.stringMatching(/^[\w.\-/+{}' é,="]{0,24}$/)
  const type = fc.constantFrom(
    'schedule',
    'semver',
    'pep440',
    'apk',
    'match',
    'edge',
    'ref',
    'raw',
    'sha',
    'nope',
  )
  const attribute = fc.tuple(
    fc.constantFrom(
      'pattern',
      'value',
      'prefix',
      'suffix',
      'enable',
      'priority',
      'group',
      'event',
      'branch',
      'format',
    ),
    fc.oneof(
      text,
      fc.constantFrom(
        '{{version}}',
        '{{raw}}',
        '{{sha}}',
        '{{branch}}',
        'tag',
        'branch',
        '1',
        'true',
        '(.*)',
      ),
    ),
  )
  const rule = fc
    .tuple(type, fc.array(attribute, { maxLength: 4 }))
    .map(([name, attributes]) =>
      [`type=${name}`, ...attributes.map(([key, value]) => `${key}=${value}`)].join(','),
    )
  const lines = fc.array(fc.oneof(rule, text), { maxLength: 4 }).map(all => all.join('\n'))
  const ref = fc
    .tuple(fc.constantFrom('heads', 'tags', 'pull'), text)
    .map(([kind, name]) => `refs/${kind}/${name}`)

  it('give valid tags, each once, the same again; or say what is wrong', () => {
    fc.assert(
      fc.property(lines, ref, (rules, given) => {
        const plan = { context: { ...onMain, ref: given }, packages: [senhas] }
        const computed = compute(rules, plan)
        const names = computed.tags.map(({ name }) => name)
        for (const name of names) expect(parseTag(name)).toBe(name)
        expect(new Set(names).size).toBe(names.length)
        expect(names.length > 0 || computed.none !== undefined || computed.failures.length > 0).toBe(true)
        expect(JSON.stringify(compute(rules, plan))).toBe(JSON.stringify(computed))
      }),
      { numRuns: 1000 },
    )
  })
})
