import { expect, test } from 'vitest'
import type { BuildRecord } from '../../../src/domain/build-record.ts'
import { findPackageMismatch, findReleaseMismatch } from '../../../src/pipeline/package-version-check.ts'
import { melangeFile } from '../../support/planned-files.ts'
import { onMain, onTag } from '../tags/tag-facts.ts'

const melange = (versions: Readonly<Record<string, string>>) =>
  Object.entries(versions).map(([name, version]) => ({
    ...melangeFile(name),
    version,
    placeOf: () => ({ file: `${name}.yaml`, line: 3, column: 12 }),
  }))

function record(versions: Readonly<Record<string, string>>, mains?: readonly string[]): BuildRecord {
  const built = Object.entries(versions).map(([name, version]) => ({ name, version: `${version}-r0` }))
  const graph = mains && { nodes: mains.map(name => ({ package: name })) }
  return { packages: { built }, graph, images: [], run: {} } as unknown as BuildRecord
}

test.for([
  ['v1.0.0', { senhas: '1.0.0' }],
  ['v1', { senhas: '1.0.0' }],
  ['v1.0.0-rc.1', { senhas: '1.0.0_rc1' }],
  ['senhas-1.0.0', { senhas: '1.0.0', other: '3.0.0' }],
  ['v2.0.0', { senhas: '1.0.0', other: '3.0.0' }],
  ['nightly', { senhas: '1.0.0' }],
  ['v2.0.0', {}],
] as const)('%s fits %j', ([tag, versions]) => {
  expect(findPackageMismatch(melange(versions), onTag(tag))).toBeUndefined()
  expect(findReleaseMismatch(tag, [record(versions)])).toBeUndefined()
})

test.for([
  ['v2.0.0', { senhas: '1.0.0' }],
  ['senhas-2.0.0', { senhas: '1.0.0', other: '2.0.0' }],
] as const)('%s does not fit %j', ([tag, versions]) => {
  const lines = ['the versions disagree', `git tag: ${tag}`, 'package senhas: 1.0.0-r0']
  expect(findPackageMismatch(melange(versions), onTag(tag))).toMatchObject({
    code: 'VERSION_MISMATCH',
    message: `${lines.join('\n  ')} (senhas.yaml:3)`,
    at: { file: 'senhas.yaml', line: 3 },
  })
  expect(findReleaseMismatch(tag, [record(versions)])).toMatchObject({
    code: 'VERSION_MISMATCH',
    message: lines.join('\n  '),
  })
})

test('subpackages are of the package that a melange file makes', () => {
  const versions = { senhas: '1.0.0', 'senhas-doc': '1.0.0' }
  expect(findReleaseMismatch('v2.0.0', [record(versions, ['senhas'])])?.code).toBe('VERSION_MISMATCH')
  expect(findReleaseMismatch('v2.0.0', [record(versions)])).toBeUndefined()
})

test('nothing is compared on a branch, nor with a version that only melange fills in', () => {
  expect(findPackageMismatch(melange({ senhas: '1.0.0' }), onMain)).toBeUndefined()
  expect(findPackageMismatch(melange({ senhas: '${{vars.v}}' }), onTag('v2.0.0'))).toBeUndefined()
})
