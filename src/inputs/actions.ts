import type { Values } from './definition.ts'
import { table, type InputName } from './table.ts'

const pick = <const N extends InputName>(...names: readonly N[]): Pick<typeof table, N> =>
  Object.fromEntries(names.map(name => [name, table[name]])) as Pick<typeof table, N>

const setup = pick(
  'melange-version',
  'apko-version',
  'melange-sha256',
  'apko-sha256',
  'tools-mirror',
  'deadline',
)

const shared = pick(
  'platforms',
  'output',
  'keyring-append',
  'repository-append',
  'build-repository-append',
  'source-date-epoch',
  'cache',
)

const packaging = pick(
  'melange-config',
  'runner',
  'jobs',
  'signing-key',
  'namespace',
  'pipeline-dir',
  'source-dir',
  'env-file',
  'vars-file',
  'melange-test',
  'melange-args',
)

const imaging = pick(
  'apko-config',
  'image',
  'tags',
  'allow-retag',
  'flavor',
  'labels',
  'annotations',
  'version-check',
  'push',
  'load',
  'package-append',
  'lockfile',
  'reproduce',
  'vcs-url',
  'registry',
  'username',
  'token',
  'apko-args',
)

const scanning = pick(
  'scan',
  'fail-on',
  'only-fixed',
  'scan-ignore',
  'vex',
  'sarif',
  'scan-database',
  'grype-version',
  'grype-sha256',
  'trivy-version',
  'trivy-sha256',
)

const signing = pick(
  'sign',
  'cosign-key',
  'cosign-password',
  'signature-format',
  'sbom',
  'provenance',
  'attest-to',
  'github-token',
  'fulcio-url',
  'rekor-url',
  'tsa-url',
  'trusted-root',
)

const releasing = pick('release', 'draft', 'assets', 'major-tag')

/** The inputs of each action; the root action has those of its stages. */
export const actions = {
  build: { ...packaging, ...imaging, ...scanning, ...signing, ...releasing, ...shared, ...setup },
  setup,
  package: { ...packaging, ...pick('version-check'), ...shared, ...setup },
  image: { ...pick('packages', 'signing-key'), ...imaging, ...scanning, ...signing, ...shared, ...setup },
  sign: {
    ...pick(
      'image',
      'digest',
      'tags',
      'allow-retag',
      'flavor',
      'record',
      'output',
      'registry',
      'username',
      'token',
      'deadline',
    ),
    ...signing,
  },
  release: pick(
    'record',
    'packages',
    'tag',
    'name',
    'notes',
    'draft',
    'prerelease',
    'assets',
    'replace',
    'major-tag',
    'version-check',
    'prune',
    'prune-days',
    'image',
    'github-token',
    'deadline',
  ),
  plan: pick(
    'melange-config',
    'apko-config',
    'platforms',
    'image',
    'legs',
    'runners',
    'record',
    'pipeline-dir',
    'env-file',
    'vars-file',
    'keyring-append',
    'repository-append',
    'build-repository-append',
    'melange-version',
    'melange-sha256',
    'tools-mirror',
    'deadline',
  ),
} as const

export type ActionName = keyof typeof actions
export type Inputs<A extends ActionName> = Values<(typeof actions)[A]>
