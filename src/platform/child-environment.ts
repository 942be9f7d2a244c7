const secretNames = new Set(['GITHUB_TOKEN', 'GH_TOKEN', 'COSIGN_PASSWORD'])
/** Files by which a step speaks to the runner: outputs and PATH of later steps are not for other programs to set. */
const commandFiles = new Set([
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STEP_SUMMARY',
])
const secretPrefixes = ['INPUT_', 'STATE_', 'ACTIONS_', 'GIROPOPS_']

const scannerPrefixes = ['GRYPE_', 'TRIVY_']
/** Settings of the scanners that let no finding be passed over: how old a database may be, and how trivy gets to its registry. */
const scannerNames = new Set([
  'GRYPE_DB_MAX_ALLOWED_BUILT_AGE',
  'TRIVY_USERNAME',
  'TRIVY_PASSWORD',
  'TRIVY_REGISTRY_TOKEN',
  'TRIVY_CACERT',
  'TRIVY_INSECURE',
])

/** The environment that other programs get: ours without inputs, state, tokens, the runner's command files, what is meant for us alone, and settings that make a scanner blind. */
export function childEnvironment(
  ours: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(ours).flatMap(([name, value]) =>
    value === undefined || isSecret(name) || isOfScanner(name) ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(kept), ...added }
}

function isSecret(name: string): boolean {
  return (
    secretNames.has(name) || commandFiles.has(name) || secretPrefixes.some(prefix => name.startsWith(prefix))
  )
}

function isOfScanner(name: string): boolean {
  return !scannerNames.has(name) && scannerPrefixes.some(prefix => name.startsWith(prefix))
}
