const secretNames = new Set(['GITHUB_TOKEN', 'GH_TOKEN', 'COSIGN_PASSWORD'])
const secretPrefixes = ['INPUT_', 'STATE_', 'ACTIONS_', 'GIROPOPS_']

/** The environment that other programs get: ours without inputs, state, tokens and whatever is meant for us alone. */
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
  return secretNames.has(name) || secretPrefixes.some(prefix => name.startsWith(prefix))
}
