import { Failure } from '../domain/failure.ts'
import { shownText } from '../inputs/shown-text.ts'

type ArgumentsInput = 'melange-args' | 'apko-args'

/** Flags of the tools that we set ourselves, and the input that stands for each; none where there is nothing to choose. */
const reserved: Readonly<Record<ArgumentsInput, Readonly<Record<string, string | undefined>>>> = {
  'melange-args': {
    '--arch': 'platforms',
    '--runner': 'runner',
    '--signing-key': 'signing-key',
    '--out-dir': 'output',
    '--source-dir': 'source-dir',
    '--workspace-dir': undefined,
    '--generate-index': undefined,
    '--ignore-signatures': undefined,
    '--rm': undefined,
  },
  'apko-args': {
    '--arch': 'platforms',
    '--sbom': undefined,
    '--sbom-path': undefined,
    '--ignore-signatures': undefined,
    '--workdir': undefined,
    '-C': undefined,
  },
}

/** With these nothing is built, or somebody is waited for. */
const useless = new Set(['--', '--help', '-h', '--interactive', '-i'])

/** Arguments among `args` that the input `name` may not hold (INPUT_INVALID each). */
export function reservedArguments(name: ArgumentsInput, args: readonly string[]): readonly Failure[] {
  return args.flatMap((argument, index) => {
    const flag = flagOf(argument)
    if (flag === undefined) return takesValue(args[index - 1]) ? [] : stray(name, argument)
    if (useless.has(flag)) {
      return refusal(`input "${name}" holds ${flag}, which has no use here`, `Remove ${flag}.`)
    }
    if (!Object.hasOwn(reserved[name], flag)) return []
    const input = reserved[name][flag]
    return refusal(
      `input "${name}" holds ${flag}, which is set by the action itself`,
      input === undefined ? `Remove ${flag}.` : `Remove ${flag} and use the input "${input}".`,
    )
  })
}

/** `--name` of `--name=value`, `-n` of `-n` or `-nvalue`; undefined for what is not a flag. */
function flagOf(argument: string): string | undefined {
  if (argument.startsWith('--')) return argument.split('=')[0]
  return argument.startsWith('-') ? argument.slice(0, 2) : undefined
}

/** Whether the next argument may be the value of this one. */
function takesValue(argument: string | undefined): boolean {
  return argument !== undefined && /^(--[^=]+|-[^-])$/.test(argument)
}

function stray(name: ArgumentsInput, argument: string): readonly Failure[] {
  return refusal(
    `input "${name}" holds ${shownText(argument)}, which is neither a flag nor the value of one`,
    'Write an argument a line: --flag=value, or the value on the line after its flag.',
  )
}

function refusal(message: string, hint: string): readonly Failure[] {
  return [new Failure('INPUT_INVALID', message, { hint })]
}
