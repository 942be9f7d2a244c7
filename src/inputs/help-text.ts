import { actions, type ActionName } from './actions.ts'
import type { Definitions } from './definition.ts'

const purposes: Readonly<Record<ActionName, string>> = {
  build: 'packages, then images: the whole pipeline (taken when none is named)',
  setup: 'download and verify melange and apko',
  package: 'melange files to a signed apk repository',
  image: 'apko files to images',
  sign: 'sign and attest an image that is in a registry',
  release: 'a GitHub release of what was built',
  plan: 'the matrix of a workflow that builds on many runners',
}

/** What `giropops --help` prints. */
export function helpText(action: ActionName): string {
  const definitions: Definitions = actions[action]
  const flags = Object.entries(definitions).map(([name, { help, secret, default: fallback }]) => {
    const value = secret ? ` FILE   (or the variable ${secretVariable(name)})` : ''
    const otherwise = fallback === undefined ? '' : ` [${fallback}]`
    return `  --${name}${value}\n      ${help}${otherwise}`
  })
  const commands = Object.entries(purposes).map(([name, purpose]) => `  ${name.padEnd(8)} ${purpose}`)
  return [
    'giropops [action] --input value …',
    '',
    ...commands,
    '',
    '  help [action], --help   lists the inputs of an action',
    '  --version               tells the version',
    '',
    `Inputs of ${action}:`,
    ...flags,
    '',
  ].join('\n')
}

/** Environment variable that holds a secret input of the command. */
export function secretVariable(name: string): string {
  return `GIROPOPS_${name.toUpperCase().replaceAll('-', '_')}`
}
