import { expect, it } from 'vitest'
import { parseChallenges } from '../../../src/oci/challenge.ts'

it.each([
  ['', []],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  ['Basic realm="r"', [{ scheme: 'basic', parameters: { realm: 'r' } }]],
  [
    'Bearer realm="https://auth.example/token?a=1,2",service="reg",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.example/token?a=1,2',
          service: 'reg',
          scope: 'repository:a/b:pull,push',
        },
      },
    ],
  ],
  [
    'BEARER Realm = "r" , SERVICE=plain',
    [{ scheme: 'bearer', parameters: { realm: 'r', service: 'plain' } }],
  ],
  [
    'Basic realm="with \\"quotes\\" and \\\\"',
    [{ scheme: 'basic', parameters: { realm: 'with "quotes" and \\' } }],
  ],
  [
    'Basic realm="one", Bearer realm="two",service="s", Negotiate',
    [
      { scheme: 'basic', parameters: { realm: 'one' } },
      { scheme: 'bearer', parameters: { realm: 'two', service: 's' } },
      { scheme: 'negotiate', parameters: {} },
    ],
  ],
  [
    'Negotiate YWJj/+==, Basic realm="r"',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'r' } },
    ],
  ],
  ['Bearer realm="not closed', [{ scheme: 'bearer', parameters: {} }]],
  ['"what"', []],
])('reads %j', (header, expected) => {
  expect(parseChallenges(header)).toEqual(expected)
})
