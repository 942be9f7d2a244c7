import { expect, it } from 'vitest'
import { failuresOf } from '../../../src/platform/failure-text.ts'

const thrown = (code: string): Error => Object.assign(new Error(code), { code, path: '/t/x' })

it.each([
  ['ENOSPC', 'DISK_FULL', 'cannot write /t/x: no space is left', /^Free some space/],
  ['EDQUOT', 'DISK_FULL', 'cannot write /t/x: the quota is used up', /^Free some space/],
  ['EROFS', 'INPUT_INVALID', 'cannot use /t/x: the file system is read-only', /RUNNER_TEMP or TMPDIR/],
  ['EACCES', 'INPUT_INVALID', 'cannot use /t/x: no permission', /^Let this user read and write there/],
])('%s has its own words', (thrownCode, code, message, hint) => {
  expect(failuresOf(thrown(thrownCode))).toMatchObject([{ code, message, hint: expect.stringMatching(hint) }])
})

it('a bug is no failure', () => {
  expect(failuresOf(thrown('EBADF'))).toEqual([])
  expect(failuresOf(new TypeError('x'))).toEqual([])
})
