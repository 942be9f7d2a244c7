import { Failure } from '../domain/failure.ts'
import { nearest } from '../domain/nearest.ts'
import { actions } from './actions.ts'
import { secretVariable } from './help-text.ts'
import { shownText } from './shown-text.ts'

/** INPUT_INVALID: nothing is called like this. Of `--name=value` only the name is shown. */
export function unknownArgument(argument: string, names: readonly string[]): Failure {
  const [, flag, name = ''] = /^(--([a-z0-9-]+))(?:=|$)/.exec(argument) ?? []
  const near = flag === undefined ? nearest(argument, Object.keys(actions)) : nearest(name, names)
  const hint = near === undefined ? '' : `Did you mean ${flag === undefined ? near : `--${near}`}? `
  const shown = shownText(flag ?? argument)
  return new Failure('INPUT_INVALID', `${shown} is not an argument of giropops`, {
    hint: `${hint}\`giropops --help\` lists them all.`,
  })
}

export function lackingValue(name: string): Failure {
  return new Failure('INPUT_INVALID', `--${name} needs a value`, {
    hint: `Give it as --${name} VALUE or --${name}=VALUE.`,
  })
}

export function givenTwice(name: string): Failure {
  return new Failure('INPUT_INVALID', `--${name} is given twice, and takes one value`, {
    hint: `Give --${name} once.`,
  })
}

/** `name` is the flag as given, `input` the secret input that it stands for. */
export function secretAsValue(name: string, input: string): Failure {
  const variable = secretVariable(input)
  return new Failure('INPUT_INVALID', `--${name}: a secret is given as a file, or in ${variable}`, {
    hint: `Give the path of the file, --${name} FILE: arguments can be read by every user of the machine.`,
  })
}
