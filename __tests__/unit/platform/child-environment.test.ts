import { expect, it } from 'vitest'
import { childEnvironment } from '../../../src/platform/child-environment.ts'

it('keeps inputs, state and tokens from other programs', () => {
  const ours = {
    PATH: '/bin',
    HOME: '/root',
    GITHUB_REPOSITORY: 'o/r',
    RUNNER_TRACKING_ID: 'x',
    SOURCE_DATE_EPOCH: '0',
    gone: undefined,
    INPUT_TOKEN: 's',
    'INPUT_SIGNING-KEY': 's',
    STATE_wipe: 's',
    ACTIONS_RUNTIME_TOKEN: 's',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 's',
    GITHUB_TOKEN: 's',
    GH_TOKEN: 's',
    COSIGN_PASSWORD: 's',
    GIROPOPS_TOKEN: 's',
  }
  expect(childEnvironment(ours, { HOME: '/tmp', COSIGN_PASSWORD: 'given on purpose' })).toEqual({
    PATH: '/bin',
    HOME: '/tmp',
    GITHUB_REPOSITORY: 'o/r',
    RUNNER_TRACKING_ID: 'x',
    SOURCE_DATE_EPOCH: '0',
    COSIGN_PASSWORD: 'given on purpose',
  })
})
