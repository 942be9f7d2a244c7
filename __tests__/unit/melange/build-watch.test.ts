import { expect, it } from 'vitest'
import { openBuildWatch } from '../../../src/melange/build-watch.ts'
import { logLines } from '../../support/melange-fixtures.ts'

function watchOf(lines: readonly string[]) {
  const watch = openBuildWatch()
  for (const line of lines) watch.take(line)
  return watch
}

const info = (text: string) => `2026/11/24 07:49:07 INFO ${text}`

it('reads the names of steps as Go quotes them', () => {
  const watch = watchOf([
    info(String.raw`running step "aplicação"`),
    info(String.raw`running step "say \"hi\" \\o/"`),
  ])
  expect(watch.begun).toEqual(['aplicação', String.raw`say "hi" \o/`])
})

it('begins anew with each subpackage', () => {
  const watch = watchOf([info('running step "a"'), info('x'), info('running pipeline for subpackage b-doc')])
  expect([watch.subpackage, watch.begun, watch.lines]).toEqual(['b-doc', [], []])
})

it('takes for the error only what melange ends with', () => {
  const failed = '2026/11/24 07:49:07 ERRO failed to build package: a'
  expect(watchOf([failed, '  b', '> c']).error).toBe('a\n  b\n> c')
  const later = watchOf([failed, '  b', info('on it goes')])
  expect([later.error, later.lines.map(({ text }) => text)]).toEqual([
    '',
    ['failed to build package: a', '  b', 'on it goes'],
  ])
})

it('tells each trouble with a repository once', () => {
  expect(watchOf(logLines('no-index')).warnings).toHaveLength(1)
})

it('keeps the memory small', () => {
  const watch = watchOf(Array.from({ length: 10_000 }, (_, index) => info(`line ${index}`)))
  expect(watch.lines).toHaveLength(200)
})

it('knows which images are left: those of apko are gone when melange deleted them itself', () => {
  const lines = logLines('hello-docker')
  expect(watchOf(lines)).toMatchObject({
    images: [expect.stringMatching(/^melange:\d+-[0-9a-f]{16}$/)],
    cached: [],
  })
  const killed = lines.filter(line => !line.includes('deleting image'))
  expect(watchOf(killed).cached).toEqual([expect.stringMatching(/^apko\.local\/cache:[0-9a-f]{64}$/)])
})
