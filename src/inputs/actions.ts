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
  'melange-args',
)

const imaging = pick(
  'apko-config',
  'image',
  'tags',
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

/** The inputs of each action; the root action has those of its stages. */
export const actions = {
  build: { ...packaging, ...imaging, ...signing, ...shared, ...setup },
  setup,
  package: { ...packaging, ...shared, ...setup },
  image: { ...pick('packages'), ...imaging, ...signing, ...shared, ...setup },
  sign: {
    ...pick(
      'image',
      'digest',
      'tags',
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
} as const

export type ActionName = keyof typeof actions
export type Inputs<A extends ActionName> = Values<(typeof actions)[A]>
