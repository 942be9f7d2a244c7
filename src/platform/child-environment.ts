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

/** The environment that other programs get: ours without inputs, state, tokens, the runner's command files and whatever is meant for us alone. */
export function childEnvironment(
  ours: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(ours).flatMap(([name, value]) =>
    value === undefined || isSecret(name) ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(kept), ...added }
}

function isSecret(name: string): boolean {
  return (
    secretNames.has(name) || commandFiles.has(name) || secretPrefixes.some(prefix => name.startsWith(prefix))
  )
}
