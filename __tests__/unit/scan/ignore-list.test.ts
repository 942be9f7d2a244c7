import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readIgnoreList } from '../../../src/scan/ignore-list.ts'

const good = 'CVE-2026-11111 package=openssl reason=not reachable until=2026-12-31'

it.each([
  [good, 'not reachable'],
  ['CVE-2026-11111 reason="a = b, until=then" package=openssl until=2026-12-31', 'a = b, until=then'],
  ['CVE-2026-11111\tuntil=2026-12-31  package=openssl reason=sim, é só no servidor', 'sim, é só no servidor'],
])('reads %j', async (line, reason) => {
  const { entries, failures } = await readIgnoreList([line], '/w')
  expect(failures.map(({ message }) => message)).toEqual([])
  expect(entries).toEqual([
    { vulnerability: 'CVE-2026-11111', package: 'openssl', reason, until: '2026-12-31' },
  ])
})

it.each([
  ['CVE-2026-11111', '"package" is missing; "reason" is missing; "until" is missing'],
  [good.replace('CVE-2026-11111', 'openssl'), '"vulnerability" is "openssl"'],
  [good.replace('package=openssl', 'package=*'), '"package" is "*"'],
  [good.replace('not reachable', '-'), '"reason" is "-"'],
  [good.replace('2026-12-31', '31.12.2026'), '"until" is "31.12.2026"'],
  [good.replace('2026-12-31', '2026-02-29'), '"until" is "2026-02-29"'],
  [good.replace('2026-12-31', ''), '"until" is missing'],
  [`${good} package=zlib`, ': "package" is given twice'],
  [`${good} until=2027-12-31 until=2028-12-31`, ': "until" is given twice'],
])('refuses %j', async (line, words) => {
  const { entries, failures } = await readIgnoreList([line], '/w')
  expect(entries).toEqual([])
  expect(failures).toMatchObject([{ code: 'INPUT_INVALID' }])
  expect(failures[0]?.message).toContain(words)
})

it('reads files beside lines, and places what it finds in them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ignored-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const text = `# reviewed by octo
- vulnerability: CVE-2026-22222
  package: zlib
  reason: >-
    only used for our own files
  until: 2026-12-31
- {vulnerability: CVE-2026-3, package: musl, reason: no, until: 2026-12-31, who: me}
- CVE-2026-4
`
  await writeFile(join(folder, 'list.yml'), text)
  await writeFile(join(folder, 'map.yaml'), 'ignore: []\n')
  const { entries, failures } = await readIgnoreList([good, 'list.yml', 'map.yaml', 'none.yaml'], folder)
  expect(entries.map(entry => [entry.vulnerability, entry.reason, entry.at?.line])).toEqual([
    ['CVE-2026-11111', 'not reachable', undefined],
    ['CVE-2026-22222', 'only used for our own files', 2],
  ])
  expect(failures.map(({ code, at }) => [code, at?.line])).toEqual([
    ['INPUT_INVALID', 7],
    ['INPUT_INVALID', 8],
    ['INPUT_INVALID', 1],
    ['CONFIG_MISSING', undefined],
  ])
  expect(failures[0]?.message).toContain('"who" is no part of an entry')
})
