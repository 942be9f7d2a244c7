import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { readInputs } from '../../../src/inputs/read.ts'
import { planInputs } from '../../../src/inputs/plan-inputs.ts'
import { runners } from '../../../src/inputs/runner-map.ts'

it('platforms may be spelled as everywhere, and labels be several', () => {
  expect(runners(' ARM64 = a , b,\n\n# note\nlinux/arm/=c\nx86_64=d=e', 'runners')).toEqual([
    { prefix: 'linux/arm64', labels: ['a', 'b'] },
    { prefix: 'linux/arm/', labels: ['c'] },
    { prefix: 'linux/amd64', labels: ['d=e'] },
  ])
  expect(runners(undefined, 'runners')).toEqual([])
})

const told = (text: string, legs = ''): readonly string[] => {
  try {
    readInputs(planInputs, name => (name === 'runners' ? text : legs))
    return []
  } catch (error) {
    const all = error instanceof Failures ? error.all : error instanceof Failure ? [error] : []
    if (all.length === 0) throw error
    return all.map(({ code, message }) => `${code} ${message}`)
  }
}

it('every wrong line is told with its number, beside other wrong inputs', () => {
  expect(told('linux/arm64=a\nlinux/arm64\n=x\nlinux/arm64=\nplan9=x\naarch64=b', '0')).toEqual([
    'INPUT_INVALID input "legs" is "0"; accepted: a whole number from 1 to 9999',
    'INPUT_INVALID input "runners", line 2: "linux/arm64" is not platform=runner',
    'INPUT_INVALID input "runners", line 3: "=x" is not platform=runner',
    'INPUT_INVALID input "runners", line 4: "linux/arm64=" is not platform=runner',
    expect.stringMatching(
      /^INPUT_INVALID input "runners", line 5: "plan9=x" names no platform; accepted: linux/,
    ),
    'INPUT_INVALID input "runners", line 6: "aarch64=b" names a platform that another line has',
  ])
})
