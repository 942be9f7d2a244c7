import { expect, it } from 'vitest'
import { defaultMarks } from '../../../src/tags/default-marks.ts'
import { readLabels } from '../../../src/tags/label-lines.ts'
import { linesOf, onMain } from './tag-facts.ts'

const facts = { context: onMain, now: new Date('2026-03-05T23:04:09Z') }

it('labels are key=value, a line each; the last of a key counts', () => {
  const text = `
    # who
    org.opencontainers.image.vendor = ACME & Co = us
    branch={{branch}}@{{sha 12}}
    org.opencontainers.image.created={{commit_date 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'}}
    org.opencontainers.image.title=first
    org.opencontainers.image.title=
    constructor=x
  `
  expect(readLabels('labels', linesOf(text), facts)).toEqual({
    failures: [],
    values: {
      'org.opencontainers.image.vendor': 'ACME & Co = us',
      branch: 'main@860c1904a1ce',
      'org.opencontainers.image.created': '2026-03-01T02:30:45.000Z',
      'org.opencontainers.image.title': '',
      constructor: 'x',
    },
  })
})

it.each([
  ['vendor', 'it has no key; accepted: key=value'],
  ['=x', 'it has no key; accepted: key=value'],
  ['__proto__=x', 'the key "__proto__" cannot be kept'],
  ['a b=c', 'the key "a b" has blanks'],
  [
    'index:a=b',
    'the key starts with "index:"; labels go into every configuration, annotations onto the index and every manifest',
  ],
  [
    'manifest,index[linux/amd64]:a=b',
    'the key starts with "manifest,index[linux/amd64]:"; labels go into every configuration, annotations onto the index and every manifest',
  ],
  ["built={{date 'YYYY'}}", 'the clock would make another digest in each run'],
  [
    'built={{brunch}}',
    'there is no {{brunch}} here; accepted: branch, tag, sha, base_ref, is_default_branch, is_not_default_branch, date, commit_date',
  ],
])('annotations: %s', (line, message) => {
  const { failures } = readLabels('annotations', linesOf(`ok=1\n${line}`), facts)
  expect(failures.map(each => each.message)).toEqual([
    `input "annotations", line 2 (${JSON.stringify(line)}): ${message}`,
  ])
})

it('without inputs an image says what is known of it', () => {
  const github = {
    server: 'https://github.com',
    repository: 'Octo/senhas',
    description: 'passwords',
    license: 'MIT',
  }
  expect(defaultMarks({ context: { ...onMain, ...github }, title: 'senhas', version: '1.0.0' })).toEqual({
    'org.opencontainers.image.description': 'passwords',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.revision': '860c1904a1ce19322e91ac35af1ab07466440c37',
    'org.opencontainers.image.source': 'https://github.com/Octo/senhas',
    'org.opencontainers.image.title': 'senhas',
    'org.opencontainers.image.url': 'https://github.com/Octo/senhas',
    'org.opencontainers.image.version': '1.0.0',
  })
  expect(defaultMarks({ context: { workflow: false }, title: 'apko', version: undefined })).toEqual({
    'org.opencontainers.image.title': 'apko',
  })
})
