import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { imageOnly, notPassed, writtenInputs, workflowInputs } from '../../scripts/workflow-parts.ts'
import { actions } from '../../src/inputs/actions.ts'
import { outputs } from '../../src/report/outputs.ts'

interface Step {
  readonly name?: string
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Job {
  readonly permissions: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  readonly 'timeout-minutes'?: number
}
interface Workflow {
  readonly on: {
    readonly workflow_call: {
      readonly inputs: Readonly<Record<string, { type: string; default: unknown }>>
      readonly secrets: Readonly<Record<string, { required: boolean }>>
      readonly outputs: Readonly<Record<string, { value: string }>>
    }
  }
  readonly permissions: object
  readonly jobs: Readonly<Record<'plan' | 'packages' | 'image', Job>>
}

const text = readFileSync('.github/workflows/build.yaml', 'utf8')
const workflow = parse(text) as Workflow
const { inputs, secrets, outputs: given } = workflow.on.workflow_call
const { plan, packages, image } = workflow.jobs
const stepOf = (job: Job, uses: string): Step => job.steps.find(step => step.uses === uses) ?? {}
const ours = [
  { action: 'plan', job: plan },
  { action: 'package', job: packages },
  { action: 'image', job: image },
] as const

describe('inputs', () => {
  it('are those of our actions and two of its own, each text or a flag', () => {
    const own = ['artifact-name', 'image-runner']
    const names = [...Object.keys(inputs), ...Object.keys(secrets)].toSorted()
    expect(names).toEqual([...own, ...Object.keys(workflowInputs)].toSorted())
    for (const name of Object.keys({ ...actions.build, ...actions.plan })) {
      expect(name in notPassed !== names.includes(name), name).toBe(true)
    }
    for (const [name, { type, default: fallback }] of Object.entries(inputs)) {
      expect(typeof fallback, name).toBe(type)
    }
    expect(Object.values(secrets).every(({ required }) => !required)).toBe(true)
  })

  it.each(ours)(
    'of $action are each passed on under the same name, or are ours to give',
    ({ action, job }) => {
      const passed = stepOf(job, `$/${action}`).with ?? {}
      const kinds = Object.keys(actions[action]).map(name => {
        if (writtenInputs[action].includes(name))
          return [name, /matrix|steps|^false$/.test(String(passed[name])) ? 'planned' : passed[name]]
        const ofImage = name in secrets || imageOnly.has(name)
        if (name in notPassed || (ofImage && action !== 'image')) return [name, passed[name] ?? 'left out']
        const source = `\${{ ${name in secrets ? 'secrets' : 'inputs'}.${name} `
        return [name, String(passed[name]).startsWith(source) ? 'passed' : passed[name]]
      })
      expect(kinds.filter(([, kind]) => !['planned', 'left out', 'passed'].includes(String(kind)))).toEqual(
        [],
      )
      expect(kinds.filter(([, kind]) => kind === 'passed').length).toBeGreaterThan(10)
      expect(Object.keys(passed).filter(name => !(name in actions[action]))).toEqual([])
    },
  )

  it('that are secrets reach the image leg alone', () => {
    const before = text.slice(text.indexOf('\njobs:'), text.indexOf('\n  image:\n'))
    expect(before).not.toMatch(/secrets\.|github\.token/)
    expect(text).not.toContain('secrets: inherit')
  })
})

describe('outputs', () => {
  it('of the image leg come back, or lie in an artifact', () => {
    const kept = (name: string): boolean =>
      new RegExp(`(path: |^ {12})\\$\\{\\{ steps\\.image\\.outputs\\.${name} \\}\\}$`, 'm').test(text)
    const ways = Object.keys(outputs).map(name => {
      const value = given[name]?.value
      if (value === undefined) return [name, kept(name) || name === 'public-key' ? 'kept' : 'lost']
      const isWhole = value === `\${{ jobs.image.outputs.${name} }}`
      return [
        name,
        isWhole && image.outputs?.[name] === `\${{ steps.image.outputs.${name} }}` ? 'back' : value,
      ]
    })
    expect(ways.filter(([, way]) => way !== 'kept' && way !== 'back')).toEqual([])
    expect(ways.filter(([, way]) => way === 'kept').length).toBeGreaterThan(3)
    expect(Object.keys(image.outputs ?? {})).toEqual(Object.keys(given))
  })
})

describe('trust', () => {
  it('gives each job what it needs and no more', () => {
    expect(workflow.permissions).toEqual({})
    expect([plan, packages, image].map(({ permissions }) => permissions)).toEqual([
      { contents: 'read' },
      { contents: 'read' },
      {
        contents: 'read',
        packages: 'write',
        'id-token': 'write',
        attestations: 'write',
        'security-events': 'write',
      },
    ])
  })

  it('pins every action of others to a commit, and takes ours at its own', () => {
    const steps = [plan, packages, image].flatMap(job => job.steps)
    const used = steps.flatMap(step => step.uses ?? [])
    const right = /^(\$\/(plan|package|image)|actions\/[a-z-]+(\/[a-z]+)?@[0-9a-f]{40})$/
    expect(used.filter(uses => !right.test(uses))).toEqual([])
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts).toHaveLength(3)
    expect(checkouts.filter(step => step.with?.['persist-credentials'] !== false)).toEqual([])
    const scripts = steps.flatMap(({ run }) => run ?? [])
    expect(scripts.filter(run => run.includes('${{'))).toEqual([])
    expect([plan, packages, image].every(job => Number(job['timeout-minutes']) > 0)).toBe(true)
  })

  it('has actionlint overlook nothing but our own actions at the same commit', () => {
    const message = (uses: string): string =>
      `specifying action "${uses}" in invalid format because ref is missing. available formats are`
    const { paths, ...more } = parse(readFileSync('.github/actionlint.yaml', 'utf8')) as {
      readonly paths: Readonly<Record<string, { readonly ignore: readonly string[] }>>
    }
    expect([Object.keys(paths), Object.keys(more)]).toEqual([['.github/workflows/build.yaml'], []])
    const { ignore: patterns = [], ...others } = paths['.github/workflows/build.yaml'] ?? {}
    expect(others).toEqual({})
    const ignored = (said: string): boolean => patterns.some(pattern => new RegExp(pattern).test(said))
    expect(['$/plan', '$/package', '$/image'].every(uses => ignored(message(uses)))).toBe(true)
    for (const uses of ['actions/checkout', '$/other', '$/plan/x', './plan', '$/']) {
      expect(ignored(message(uses)), uses).toBe(false)
    }
    for (const said of ['property "x" is not defined in object type', '"with" section should not be empty']) {
      expect(ignored(said)).toBe(false)
    }
    const files = readdirSync('.github/workflows').map(name =>
      readFileSync(`.github/workflows/${name}`, 'utf8'),
    )
    expect(files.filter(file => /shellcheck disable|actionlint-ignore/.test(file))).toEqual([])
  })
})
