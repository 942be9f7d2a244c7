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

it('keeps settings of the scanners that hide findings from them', () => {
  const kept = {
    GRYPE_DB_MAX_ALLOWED_BUILT_AGE: '240h',
    TRIVY_USERNAME: 'me',
    TRIVY_PASSWORD: 's',
    TRIVY_REGISTRY_TOKEN: 's',
    TRIVY_CACERT: '/ca.pem',
    TRIVY_INSECURE: 'true',
    HTTPS_PROXY: 'http://proxy.example',
  }
  const hiding = {
    GRYPE_ONLY_FIXED: 'true',
    GRYPE_IGNORE_STATES: 'unknown',
    GRYPE_DB_VALIDATE_AGE: 'false',
    GRYPE_EXCLUDE: '**',
    TRIVY_SEVERITY: 'LOW',
    TRIVY_IGNORE_UNFIXED: 'true',
    TRIVY_IGNOREFILE: 'x',
    TRIVY_PKG_TYPES: 'library',
  }
  const ours = { GRYPE_DB_AUTO_UPDATE: 'false' }
  expect(childEnvironment({ ...kept, ...hiding, GRYPE_DB_AUTO_UPDATE: 'true' }, ours)).toEqual({
    ...kept,
    ...ours,
  })
})
