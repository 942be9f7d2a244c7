import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { generatedFiles } from '../../scripts/docs.ts'
import { actions, type ActionName } from '../../src/inputs/actions.ts'
import { readActionInputs } from '../../src/inputs/read.ts'
import { table } from '../../src/inputs/table.ts'

interface ActionFile {
  readonly name: string
  readonly description: string
  readonly branding: { readonly icon: string; readonly color: string }
  readonly inputs: Readonly<
    Record<string, { description: string; default?: string; deprecationMessage?: string }>
  >
  readonly outputs: Readonly<Record<string, { description: string }>>
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string }
}

const places: Record<ActionName, { folder: string; main: string; post: string | undefined }> = {
  build: { folder: '.', main: 'dist/index.js', post: 'dist/post.js' },
  setup: { folder: 'setup', main: '../dist/setup.js', post: undefined },
  package: { folder: 'package', main: '../dist/package.js', post: '../dist/post.js' },
  image: { folder: 'image', main: '../dist/image.js', post: '../dist/post.js' },
  sign: { folder: 'sign', main: '../dist/sign.js', post: undefined },
  release: { folder: 'release', main: '../dist/release.js', post: undefined },
  plan: { folder: 'plan', main: '../dist/plan.js', post: undefined },
}

describe.each(Object.entries(places))('%s', (name, { folder, main, post }) => {
  const action = parse(readFileSync(`${folder}/action.yml`, 'utf8')) as ActionFile

  it('runs its bundle on node24', () => {
    expect(action.runs).toEqual({ using: 'node24', main, ...(post === undefined ? {} : { post }) })
  })
  it('has what the Marketplace asks for', () => {
    expect(action.description.length).toBeLessThanOrEqual(125)
    expect(action.branding.color).toBe('blue')
  })
  it('names the inputs of its definition and no others, besides older names', () => {
    const today = Object.keys(action.inputs).filter(
      each => action.inputs[each]?.deprecationMessage === undefined,
    )
    expect(today).toEqual(Object.keys(actions[name as ActionName]))
  })
  it('quotes every default', () => {
    const defaults = Object.values(action.inputs).map(({ default: text }) => text)
    expect(defaults.filter(text => text !== undefined && typeof text !== 'string')).toEqual([])
  })
  it('is accepted with its own defaults', () => {
    const text = (input: string) => (action.inputs[input]?.default ?? '').replace(/^\$\{\{.*/s, '')
    const quiet = { notice: () => {}, warning: () => {} }
    expect(() => readActionInputs(name as ActionName, { getText: text, log: quiet })).not.toThrow()
  })
})

it('action.yml and README tables are what the definitions say', async () => {
  for (const { path, now, wanted } of await generatedFiles()) expect(now, path).toBe(wanted)
})

it('one word means one thing in every action', () => {
  for (const definitions of Object.values(actions)) {
    for (const [name, definition] of Object.entries(definitions)) {
      expect(definition).toBe(table[name as keyof typeof table])
    }
  }
})
