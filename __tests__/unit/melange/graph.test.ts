import { describe, expect, it } from 'vitest'
import type { GraphNode } from '../../../src/melange/graph.ts'
import { declaredGraph } from '../../../src/melange/resolve-graph.ts'
import { recipeFiles, type RecipeText } from '../../support/recipe-files.ts'

async function graphOf(recipes: Readonly<Record<string, RecipeText>>) {
  const { graph, failures } = declaredGraph(await recipeFiles(recipes))
  const short = (id: string): string => id.replace('.yaml', '')
  const by = (pick: (node: GraphNode) => unknown) =>
    Object.fromEntries(graph.nodes.map(node => [short(node.id), pick(node)]))
  return {
    order: graph.nodes.map(({ id }) => short(id)),
    levels: by(({ level }) => level),
    needs: by(({ needs }) => needs.map(short)),
    runtime: by(({ runtime }) => runtime.map(short)),
    tests: by(({ tests }) => tests.map(short)),
    external: by(({ external }) => external.map(({ name }) => name)),
    nodes: graph.nodes,
    failures: failures.map(({ code, message, at }) => [code, message, at?.line]),
  }
}

const dev = (name: string): string => `subpackages: [{name: ${name}-dev, dependencies: {runtime: [${name}]}}]`

describe('edges', () => {
  it.each<[string, RecipeText, string]>([
    ['a name', {}, 'liba'],
    ['a version that will do', { version: '1.4.0' }, 'liba>=1.2'],
    ['a range of versions', { version: '1.4.0' }, 'liba~1.4'],
    ['a repository tag', {}, 'liba@local'],
    ['a subpackage', { more: dev('liba') }, 'liba-dev'],
    ['a provided name', { provides: ['libother=2'] }, 'libother'],
    ['a provided name with its version', { provides: ['libother=2'] }, 'libother>=2'],
    ['a shared object', { provides: ['so:liba.so.1=1'] }, 'so:liba.so.1'],
    ['a command', { provides: ['cmd:aa=${{package.full-version}}'] }, 'cmd:aa=1.0.0-r0'],
    ['a pkg-config name', { provides: ['pc:a=1'] }, 'pc:a'],
    [
      'a subpackage of a range',
      {
        more: 'data: [{name: l, items: {pt: x}}]\nsubpackages: [{name: "liba-${{range.key}}", range: l, dependencies: {provides: ["lang-${{range.value}}"]}}]',
      },
      'lang-x',
    ],
  ])('come from %s', async (_title, liba, needed) => {
    const { needs, order, levels, external } = await graphOf({ appb: { needs: ['busybox', needed] }, liba })
    expect(needs).toEqual({ liba: [], appb: ['liba'] })
    expect([order, levels]).toEqual([['liba', 'appb'], { liba: 0, appb: 1 }])
    expect(external['appb']).toEqual(['busybox'])
  })

  it('come from variables, as melange fills them in', async () => {
    const more = 'vars: {which: liba, one: "${{vars.which}}", packed: 1.10}'
    const { needs } = await graphOf({
      appb: { needs: ['${{vars.one}}>=${{package.version}}', 'v${{vars.packed}}'], more },
      liba: { version: '1.0.0', provides: ['v1.10'] },
    })
    expect(needs['appb']).toEqual(['liba'])
  })

  it('come from what steps need, in subpackages as well', async () => {
    const more = [
      'pipeline: [{pipeline: [{needs: {packages: [liba]}}]}]',
      'subpackages: [{name: x, pipeline: [{needs: {packages: [libb]}}]}]',
    ].join('\n')
    const { needs } = await graphOf({ app: { more }, liba: {}, libb: {} })
    expect(needs['app']).toEqual(['liba', 'libb'])
  })

  it('pass through what is installed along, but not to who is installed', async () => {
    const { needs, runtime, levels } = await graphOf({
      plug: { needs: ['appb'] },
      appb: { runtime: ['liba'] },
      liba: { runtime: ['libz'] },
      libz: { runtime: ['appb'] },
    })
    expect(needs).toEqual({ plug: ['appb', 'liba', 'libz'], appb: [], liba: [], libz: [] })
    expect(runtime['appb']).toEqual(['liba', 'libz'])
    expect(levels).toEqual({ plug: 1, appb: 0, liba: 0, libz: 0 })
  })

  it('of tests are told apart, and do not order the builds', async () => {
    const { needs, tests, levels } = await graphOf({
      liba: { tests: ['check', 'liba'] },
      check: { needs: ['liba'] },
    })
    expect([needs, tests, levels]).toEqual([
      { liba: [], check: ['liba'] },
      { liba: ['check'], check: [] },
      { liba: 0, check: 1 },
    ])
  })

  it('lead to packages of the very name before those that provide it', async () => {
    const { needs } = await graphOf({ app: { needs: ['ssl'] }, ssl: {}, other: { provides: ['ssl=9'] } })
    expect(needs['app']).toEqual(['ssl'])
  })

  it('do not lead to the file itself, nor to what is kept away', async () => {
    const { needs, external, failures } = await graphOf({ liba: { needs: ['liba', '!libb'] }, libb: {} })
    expect([needs['liba'], external['liba'], failures]).toEqual([[], ['liba'], []])
  })

  it('do not lead to a version that will not do; who makes which is told', async () => {
    const { needs, nodes } = await graphOf({ app: { needs: ['liba>=2'] }, liba: {} })
    expect(needs['app']).toEqual([])
    expect(nodes.find(({ id }) => id === 'app.yaml')?.external).toMatchObject([
      { name: 'liba', unsuited: 'liba.yaml makes 1.0.0-r0' },
    ])
  })

  it('wait for melange where only it can tell', async () => {
    const { external } = await graphOf({ app: { needs: ['x-${{vars.mangled}}'] } })
    expect(external['app']).toEqual([])
  })
})

describe('cycles', () => {
  it('are told on the line that closes them', async () => {
    const { failures, order } = await graphOf({
      liba: { needs: ['busybox', 'plug'] },
      appb: { needs: ['liba'] },
      plug: { needs: ['appb'] },
      free: {},
      after: { needs: ['plug'] },
    })
    expect(failures).toEqual([
      [
        'CONFIG_INVALID',
        'appb.yaml:10:9: packages need each other to be built: liba needs plug needs appb needs liba',
        10,
      ],
    ])
    expect(order).toEqual(['free'])
  })

  it('may lead through what is installed along, even of one file', async () => {
    const { failures } = await graphOf({ liba: { needs: ['tool'] }, tool: { runtime: ['liba'] } })
    expect(failures).toEqual([
      [
        'CONFIG_INVALID',
        'liba.yaml:10:9: packages need each other to be built: liba needs liba (which is installed along with tool)',
        10,
      ],
    ])
  })

  it('are each told', async () => {
    const { failures } = await graphOf({
      a: { needs: ['b'] },
      b: { needs: ['a'] },
      c: { needs: ['d', 'a'] },
      d: { needs: ['c'] },
    })
    expect(failures.map(([, message]) => message)).toEqual([
      'b.yaml:10:9: packages need each other to be built: a needs b needs a',
      'd.yaml:10:9: packages need each other to be built: c needs d needs c',
    ])
  })
})

describe('packages that two files make', () => {
  it.each<[string, RecipeText, readonly unknown[]]>([
    ['the same', {}, ['b.yaml:2:9: makes same 1.0.0-r0, which a.yaml makes as well']],
    ['another version', { version: '2' }, []],
    ['another architecture', { archs: ['aarch64'] }, []],
  ])('%s', async (_title, second, messages) => {
    const same = 'subpackages: [{name: same}]'
    const { failures } = await graphOf({
      a: { archs: ['x86_64'], more: same },
      b: { ...second, more: same },
    })
    expect(failures.map(([, message]) => message)).toEqual(messages)
  })
})
