import { resolve } from 'node:path'
import { actions } from '../inputs/actions.ts'
import type { Definitions } from '../inputs/definition.ts'
import { readFlags } from '../inputs/flags.ts'
import { helpText, secretVariable } from '../inputs/help-text.ts'
import { runToEnd } from '../platform/run-to-end.ts'
import { secretText } from '../platform/secret-text.ts'
import { terminalSurface } from '../platform/surface-terminal.ts'
import { ownVersion } from '../platform/version.ts'
import { runAction } from './run-action.ts'

const texts = new Map<string, string>()

await runToEnd(
  terminalSurface(name => texts.get(name) ?? ''),
  async session => {
    const { action, help, version, texts: given } = readFlags(process.argv.slice(2))
    if (version) return void process.stdout.write(`${ownVersion()}\n`)
    if (help) return void process.stdout.write(helpText(action))
    for (const [name, text] of given) texts.set(name, text)
    for (const [name, { secret }] of Object.entries<Definitions[string]>(actions[action])) {
      if (!secret) continue
      const file = given.get(name)
      texts.set(name, await secretText({ name, file, variable: secretVariable(name) }))
      if (file !== undefined) session.secrets.hideFile(resolve(file))
    }
    return runAction(action, session)
  },
)
