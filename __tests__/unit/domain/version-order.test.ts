import { array, assert, constantFrom, nat, oneof, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../../src/domain/version-order.ts'

describe('the order of versions, as apk has it', () => {
  // Cases of apk-tools' own test (test/version.data).
  it.each([
    '2.34 > 0.1.0_alpha',
    '0.1.0_alpha < 0.1.3_alpha',
    '0.1.3_alpha < 0.1.3_alpha2',
    '1.0.4 < 1.0.4_p1',
    '1.0_pre1 < 1.0_rc1',
    '1.0_rc1 < 1.0',
    '1.0 < 1.0_p1',
    '1.0_cvs < 1.0_svn',
    '1.0-r1 > 1.0',
    '1.0-r9 < 1.0-r10',
    '6.1_rc3_p1 > 6.1_rc3',
    '1.0a < 1.0b',
    '1.0 < 1.0a',
    '1.9 < 1.10',
    '1.1 > 1.01',
    '1.010 < 1.02',
    '01 = 1',
    '1.0 < 1.0.0',
    '20240101 > 1.36.1',
    '1.2.3_git20200101 > 1.2.3',
    '1.36.1-r2 = 1.36.1-r2',
    '1.0~abc < 1.0~abd',
    '1.0_alpha > 1.0_alpha_beta',
    '99999999999999999999 > 9999999999999999999',
    'v1 > 1',
    'a < b',
  ])('%s', line => {
    const [left = '', sign = '', right = ''] = line.split(' ')
    const wanted = { '<': -1, '=': 0, '>': 1 }[sign]
    expect(Math.sign(compareVersions(left, right))).toBe(wanted)
    expect(Math.sign(compareVersions(right, left))).toBe(0 - (wanted ?? 0))
  })

  it('is an order', () => {
    const number = oneof(nat(20).map(String), constantFrom('00', '01', '010'))
    const version = tuple(
      array(number, { minLength: 1, maxLength: 3 }),
      constantFrom('', 'a', 'z'),
      constantFrom('', '_rc', '_rc1', '_p', '_p2', '_alpha_p'),
      constantFrom('', '-r0', '-r1'),
    ).map(([numbers, ...rest]) => [numbers.join('.'), ...rest].join(''))
    assert(
      property(version, version, version, (a, b, c) => {
        const [ab, bc, ac] = [compareVersions(a, b), compareVersions(b, c), compareVersions(a, c)]
        expect(Math.sign(ab)).toBe(0 - Math.sign(compareVersions(b, a)))
        expect(ab <= 0 && bc <= 0 && ac > 0).toBe(false)
      }),
    )
  })
})
