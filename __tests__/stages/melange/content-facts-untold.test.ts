import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { HttpRequest } from '../../../src/ports.ts'
import {
  bare,
  compiledHello,
  indexOf,
  inOrder,
  keyOf,
  offer,
  offers,
  put,
  readFacts,
  whole,
  type Change,
  type FactsScene,
} from '../../support/facts-scene.ts'
import { answer } from '../../support/http-answer.ts'

const sha256 = expect.stringMatching(/^[\da-f]{64}$/) as unknown

it('reads the file itself, and all that the indexes offer, when melange can not compile it', async () => {
  const { facts, ports } = await readFacts({ ...whole, compiled: undefined })
  expect(facts?.instructions).toEqual({ file: sha256, pipelines: [] })
  expect(facts?.environment).toEqual({ indexes: [sha256], own: [] })
  expect(ports.commands.map(({ args }) => args[0])).toEqual(['compile'])
})

it('does so too with several pipeline folders, which melange can not compile with', async () => {
  const options = (workspace: string) => ({
    pipelineDirs: [join(workspace, 'pipelines'), join(workspace, 'hello')],
  })
  const { facts } = await readFacts({ ...whole, options })
  expect(facts?.instructions).toMatchObject({ pipelines: [[{ path: 'make.yaml' }], expect.any(Array)] })
})

it.each(['build.env', 'vars.yaml', 'pipelines/make.yaml'])('reads %s as a file', async path => {
  const withVars = put('hello/melange.yaml', 'package: {name: a, version: "1", epoch: 0}\nvars: {}\n')
  const options = (workspace: string) => ({
    envFile: join(workspace, 'build.env'),
    varsFile: join(workspace, 'vars.yaml'),
    pipelineDirs: [join(workspace, 'pipelines')],
  })
  const base = await keyOf({ ...bare, options, change: withVars })
  expect(await keyOf({ ...bare, options, change: inOrder(withVars) })).toBe(base)
  expect(await keyOf({ ...bare, options, change: inOrder(withVars, put(path, 'x: y')) })).not.toBe(base)
})

it('counts of our own index what the file may need; all of it when nobody knows', async () => {
  const beside: FactsScene = { ...bare, job: { hasRepository: true } }
  const needing: FactsScene = { ...beside, compiled: compiledHello, setting: { needsOf: () => ['liba'] } }
  const all = { own: [{ name: 'liba' }, { name: 'other' }] }
  expect((await readFacts(beside)).facts?.environment).toMatchObject(all)
  // What melange cannot compile may need more than the graph knows of.
  const untold = await readFacts({ ...beside, setting: { needsOf: () => ['liba'] } })
  expect(untold.facts?.environment).toMatchObject(all)
  expect((await readFacts(needing)).facts?.environment).toMatchObject({ own: [{ name: 'liba' }] })
  const change = offer('out', offers.out.replace('Q1other=', 'Q1new='))
  expect(await keyOf({ ...needing, change })).toBe(await keyOf(needing))
  expect(await keyOf({ ...beside, change })).not.toBe(await keyOf(beside))
})

it('falls back to the indexes when a pick is in none', async () => {
  const { facts } = await readFacts({ ...whole, picks: 'gone 1-r0 DISTRO/x86_64/gone-1-r0.apk\n' })
  expect(facts?.environment).toHaveProperty('indexes')
})

const distro = 'https://example.org/distro'
const remote = {
  ...compiledHello,
  environment: { contents: { packages: ['busybox'], repositories: [`@tag ${distro}/`] } },
}

it.each([true, false])('fetches an index over http once (solver asked: %s)', async withApko => {
  const body = await indexOf(offers.distro)
  const http = async (request: HttpRequest) => answer(request, 200, { body })
  const { facts, ports } = await readFacts({ ...whole, compiled: remote, distro, http, withApko })
  expect(ports.requests.map(({ url }) => url)).toEqual([`${distro}/x86_64/APKINDEX.tar.gz`])
  expect(facts?.environment).toHaveProperty(withApko ? 'picked' : 'indexes')
})

const noIndex: Change = workspace => rm(join(workspace, 'distro'), { recursive: true })
it.each<[string, FactsScene]>([
  ['an index can not be fetched', { ...whole, compiled: remote, distro }],
  [
    'an index is refused',
    { ...whole, compiled: remote, distro, http: async request => answer(request, 403) },
  ],
  ['an index is no index', { ...bare, change: put('distro/x86_64/APKINDEX.tar.gz', 'no gzip') }],
  ['there is no index', { ...bare, change: noIndex }],
  [
    'we have no index',
    {
      ...bare,
      job: { hasRepository: true },
      change: workspace => rm(join(workspace, 'out'), { recursive: true }),
    },
  ],
  ...[
    '-r',
    '-k',
    '--repository-append=x',
    '--keyring-append',
    '--package-append=x',
    '--env-file=x',
    '--pipeline-dir=x',
  ].map((arg): [string, FactsScene] => [
    `${arg} brings in what we do not see`,
    { ...whole, options: () => ({ extraArgs: [arg] }) },
  ]),
])('answers nothing, so that it is built, when %s', async (_, scene) => {
  expect((await readFacts(scene)).facts).toBeUndefined()
})

it('fails in words when the sources can not be read', async () => {
  const options = () => ({ sourceDir: '/none/such' })
  await expect(readFacts({ ...whole, options })).rejects.toMatchObject({ code: 'PACKAGE_FAILED' })
})
