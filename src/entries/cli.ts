#!/usr/bin/env node
import { actions } from '../inputs/actions.ts'
import type { Definitions } from '../inputs/definition.ts'
import { readFlags } from '../inputs/flags.ts'
import { helpText, secretVariable } from '../inputs/help-text.ts'
import { runToEnd } from '../platform/run-to-end.ts'
import { secretText } from '../platform/secret-text.ts'
import { terminalSurface } from '../platform/surface-terminal.ts'
import { runAction } from './run-action.ts'

const texts = new Map<string, string>()

await runToEnd(
  terminalSurface(name => texts.get(name) ?? ''),
  async session => {
    const { action, help, texts: given } = readFlags(process.argv.slice(2))
    if (help) return void process.stdout.write(helpText(action))
    for (const [name, text] of given) texts.set(name, text)
    for (const [name, { secret }] of Object.entries<Definitions[string]>(actions[action])) {
      if (secret)
        texts.set(name, await secretText({ name, file: given.get(name), variable: secretVariable(name) }))
    }
    return runAction(action, session)
  },
)
