import { expect, it } from 'vitest'
import { Failures } from '../../../src/domain/failures.ts'
import { readActionInputs } from '../../../src/inputs/read.ts'

function source(texts: Record<string, string>) {
  const said: string[] = []
  return {
    said,
    getText: (name: string) => texts[name] ?? '',
    log: {
      notice: (text: string) => void said.push(`notice: ${text}`),
      warning: (text: string) => void said.push(`warning: ${text}`),
    },
  }
}

it('gives every default when nothing is said', () => {
  const inputs = readActionInputs('build', source({}))
  expect(inputs).toMatchObject({
    push: 'auto',
    load: false,
    runner: 'auto',
    deadline: 600_000,
    'tools-mirror': 'https://github.com',
    'melange-config': [],
    tags: [],
  })
})

it('reports all wrong inputs at once', () => {
  const read = () => readActionInputs('build', source({ push: 'maybe', platforms: 'mips', deadline: 'soon' }))
  expect(read).toThrow(Failures)
  expect(read).toThrow(
    /"platforms" is "mips".*\n.*"push" is "maybe"|"push" is "maybe"[^]*"platforms" is "mips"/,
  )
  expect(read).toThrow(/"deadline" is "soon"/)
})

it('takes older names with a notice, and the new name wins', () => {
  const older = source({ config: 'a.yaml', archs: 'x86_64', 'additional-tags': 'latest', tag: '1.0' })
  const inputs = readActionInputs('build', older)
  expect(inputs['apko-config']).toEqual(['a.yaml'])
  expect(inputs.tags.map(({ text }) => text)).toEqual(['1.0', 'latest'])
  expect(inputs.platforms.map(({ apk }) => apk)).toEqual(['x86_64'])
  expect(older.said).toContain('notice: input "archs" is now called "platforms"')
  expect(
    readActionInputs('build', source({ config: 'old.yaml', 'apko-config': 'new.yaml' }))['apko-config'],
  ).toEqual(['new.yaml'])
})

it('knows that config means the melange file where only packages are built', () => {
  expect(readActionInputs('package', source({ config: 'm.yaml' }))['melange-config']).toEqual(['m.yaml'])
})

it('warns of inputs that have no effect', () => {
  const dead = source({ 'build-options': 'x' })
  readActionInputs('build', dead)
  expect(dead.said).toEqual(['warning: input "build-options" has no effect here; remove it'])
})
