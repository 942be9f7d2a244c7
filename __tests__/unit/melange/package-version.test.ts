import { expect, it } from 'vitest'
import { isPackageVersion, splitRevision, suggestVersion } from '../../../src/melange/package-version.ts'

it.each([
  '1',
  '1.0.0',
  '1.2.3a',
  '2023.1.1',
  '1.0_alpha',
  '1.0_beta2',
  '1.0_rc1_p3',
  '1.0_git20240101',
  '0.0.0',
])('takes %s', version => expect(isPackageVersion(version)).toBe(true))

it.each([
  '',
  'v1.0.0',
  '1.0.0-beta',
  '1.0.0-r0',
  '1.0.0+build',
  '1.0.',
  '1..0',
  '1.0ab',
  'latest',
  '1.0_dev',
  '1.0_p1_rc1',
])('refuses %j', version => expect(isPackageVersion(version)).toBe(false))

it.each([
  ['1.0.0-beta', '1.0.0_beta'],
  ['v1.0.0', '1.0.0'],
  ['1.0.0-rc.1', '1.0.0_rc1'],
  ['1.0.0rc1', '1.0.0_rc1'],
  ['1.0.0-alpha2', '1.0.0_alpha2'],
  ['1.0.0-SNAPSHOT', '1.0.0_pre'],
  ['1.0.0a1', '1.0.0_alpha1'],
  ['2.0.0-dev.3', '2.0.0_pre3'],
  ['1.0.0+build.5', '1.0.0'],
  ['1.0.0.post1', '1.0.0_p1'],
])('for %s it suggests %s', (written, meant) => expect(suggestVersion(written)).toBe(meant))

it.each(['latest', '1.0.0', '1.0.0-final', '', 'main-abc123'])('has no suggestion for %j', version =>
  expect(suggestVersion(version)).toBeUndefined(),
)

it('splits the revision off', () => {
  expect(splitRevision('1.0.0-r2')).toEqual({ version: '1.0.0', epoch: '2' })
  expect(splitRevision('1.0.0')).toBeUndefined()
})
