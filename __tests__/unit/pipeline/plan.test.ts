import { describe, expect, it } from 'vitest'
import type { RunContext } from '../../../src/domain/run-context.ts'
import type { PlanFacts, PlanWish } from '../../../src/pipeline/plan-facts.ts'
import { formatRepository } from '../../../src/oci/reference.ts'
import { makePlan } from '../../../src/pipeline/plan.ts'
import { apkoFile, arch, melangeFile } from '../../support/planned-files.ts'

const onGitHub: RunContext = {
  workflow: true,
  repository: 'Owner/Repo',
  event: 'push',
  ref: 'refs/heads/main',
}
const wish: PlanWish = {
  platforms: [],
  image: [],
  tags: ['main'],
  push: 'auto',
  load: false,
  registry: undefined,
}

function plan(facts: Partial<Omit<PlanFacts, 'wish'>> & { wish?: Partial<PlanWish> } = {}) {
  return makePlan({
    melange: [melangeFile('senhas')],
    apko: [apkoFile('apko.yaml')],
    unreadable: false,
    context: onGitHub,
    host: arch('amd64'),
    ...facts,
    wish: { ...wish, ...facts.wish },
  })
}

describe('platforms', () => {
  it.each([
    ['what is asked', ['arm64'], ['amd64'], ['aarch64']],
    ["else the image's own", [], ['riscv64', 'amd64'], ['riscv64', 'x86_64']],
    ['else the host', [], [], ['x86_64']],
  ])('%s', (_title, asked, own, apk) => {
    const { plan: made } = plan({ wish: { platforms: asked.map(arch) }, apko: [apkoFile('apko.yaml', own)] })
    expect(made.images[0]?.architectures.map(each => each.apk)).toEqual(apk)
    expect(made.packages.architectures.map(each => each.apk)).toEqual(apk)
  })

  it('builds packages for all that the images need, each once', () => {
    const apko = [apkoFile('a.yaml', ['amd64']), apkoFile('b.yaml', ['amd64', 'arm64'])]
    const { plan: made } = plan({ apko, wish: { image: ['x/{name}'] } })
    expect(made.packages.architectures.map(each => each.apk)).toEqual(['x86_64', 'aarch64'])
  })
})

describe('names', () => {
  it('takes the GitHub repository in lower case', () => {
    const { plan: made, failures } = plan()
    expect(failures).toEqual([])
    expect(made.images[0]).toMatchObject({ name: 'ghcr.io/owner/repo', tags: ['main'] })
    expect(made.images[0]?.repositories).toEqual([{ registry: 'ghcr.io', path: 'owner/repo' }])
  })

  it('fills {name} with the file name', () => {
    const apko = [apkoFile('env/dev.yaml'), apkoFile('env/prd.yaml')]
    const { plan: made } = plan({ apko, wish: { image: ['ghcr.io/o/{name}'] } })
    expect(made.images.map(({ name }) => name)).toEqual(['ghcr.io/o/dev', 'ghcr.io/o/prd'])
  })

  it('gives every image each of the repositories, once, the first one its name', () => {
    const apko = [apkoFile('env/dev.yaml'), apkoFile('env/prd.yaml')]
    const image = ['ghcr.io/o/{name}', 'docker.io/o/{name}', 'index.docker.io/o/{name}', 'ghcr.io/o/{name}']
    const { plan: made, failures } = plan({ apko, wish: { image } })
    expect(failures).toEqual([])
    expect(
      made.images.map(({ name, repositories }) => [name, ...repositories.map(formatRepository)]),
    ).toEqual([
      ['ghcr.io/o/dev', 'ghcr.io/o/dev', 'docker.io/o/dev'],
      ['ghcr.io/o/prd', 'ghcr.io/o/prd', 'docker.io/o/prd'],
    ])
  })

  it('calls an image by its file on a laptop', () => {
    const { plan: made, failures } = plan({ context: { workflow: false } })
    expect(failures).toEqual([])
    expect(made).toMatchObject({ push: false, images: [{ name: 'apko', tags: ['main'] }] })
  })
})

describe('push', () => {
  it.each([
    ['auto', onGitHub, true],
    ['auto', { ...onGitHub, event: 'pull_request' }, false],
    ['auto', { ...onGitHub, event: 'pull_request_target' }, false],
    ['auto', { workflow: false }, false],
    ['true', { ...onGitHub, event: 'pull_request' }, true],
    ['false', onGitHub, false],
  ] as const)('%s for %j: %s', (push, context, pushed) => {
    expect(plan({ wish: { push, image: ['ghcr.io/o/r'] }, context }).plan.push).toBe(pushed)
  })

  it('does not push where there is no image', () => {
    expect(plan({ apko: [], wish: { push: 'true' } }).plan.push).toBe(false)
  })
})

describe('what is wrong', () => {
  const wrong = (facts: Parameters<typeof plan>[0]) =>
    plan(facts).failures.map(({ code, message, hint }) => [code, message, hint].join(' | '))

  it.each<[string, Parameters<typeof plan>[0], RegExp]>([
    [
      'nothing to do',
      { melange: [], apko: [] },
      /^CONFIG_MISSING.*neither a melange.yaml nor an apko.yaml.*checkout/,
    ],
    [
      'nowhere to push',
      { context: { workflow: false }, wish: { push: 'true' } },
      /"push" is "true", but nothing says where to/,
    ],
    ['upper case', { wish: { image: ['ghcr.io/Owner/x'] } }, /^INPUT_INVALID.*input "image".*lower case/],
    ['a tag in the name', { wish: { image: ['ghcr.io/o/x:1.0'] } }, /input "image".*without a tag/],
    [
      'two of one name',
      { apko: [apkoFile('a.yaml'), apkoFile('b.yaml')] },
      /2 images have the one name "ghcr.io\/owner\/repo": a.yaml, b.yaml.*\{name\}/,
    ],
    [
      'two files of one name',
      { apko: [apkoFile('d/apko.yaml'), apkoFile('p/apko.yaml')], wish: { image: ['x/{name}'] } },
      /2 images have the one name "x\/apko".*different names/,
    ],
    [
      'another registry',
      { wish: { registry: 'quay.io', image: ['ghcr.io/o/x'] } },
      /"registry" is "quay.io", but the image is ghcr.io/,
    ],
    [
      'a registry that none of several is in',
      { wish: { registry: 'quay.io', image: ['ghcr.io/o/x', 'docker.io/o/x'] } },
      /"registry" is "quay.io", but the image is ghcr.io\/o\/x, docker.io\/o\/x/,
    ],
    [
      'a second name that two images share',
      { apko: [apkoFile('a.yaml'), apkoFile('b.yaml')], wish: { image: ['x/{name}', 'y/z'] } },
      /2 images have the one name "y\/z": a.yaml, b.yaml/,
    ],
  ])('%s', (_title, facts, text) => {
    const told = wrong(facts)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(text)
  })

  it('tells all at once, a bad template once for all images', () => {
    const apko = [apkoFile('a.yaml'), apkoFile('b.yaml')]
    expect(wrong({ wish: { image: ['a b'] }, apko })).toHaveLength(2)
    expect(wrong({ wish: { image: ['ghcr.io/O/{name}'] }, apko })).toHaveLength(1)
    expect(wrong({ wish: { image: ['x/{name}-{tag}'] }, apko })).toEqual([
      'INPUT_INVALID | input "image": "x/{name}-{tag}" has {tag}, which stands for nothing; accepted: {name} | {name} stands for the apko file name without its ending.',
    ])
    expect(
      wrong({ wish: { image: ['x/{name}'] }, apko: [apkoFile('A.yaml'), apkoFile('b.yaml')] }),
    ).toHaveLength(1)
  })

  it('takes a login for one of several registries', () => {
    expect(wrong({ wish: { registry: 'docker.io', image: ['ghcr.io/o/x', 'index.docker.io/o/x'] } })).toEqual(
      [],
    )
  })

  it('does not say that there is nothing when files were named but unreadable', () => {
    expect(wrong({ melange: [], apko: [], unreadable: true })).toEqual([])
  })
})
