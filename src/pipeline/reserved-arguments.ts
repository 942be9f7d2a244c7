import { Failure } from '../domain/failure.ts'

/** Flags of the tools that we set ourselves, and the input that stands for each; none where there is nothing to choose. */
const reserved: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  'melange-args': {
    '--arch': 'platforms',
    '--runner': 'runner',
    '--signing-key': 'signing-key',
    '--out-dir': 'output',
    '--source-dir': 'source-dir',
    '--generate-index': undefined,
    '--ignore-signatures': undefined,
  },
  'apko-args': {
    '--arch': 'platforms',
    '--sbom': undefined,
    '--sbom-path': undefined,
    '--ignore-signatures': undefined,
  },
}

/** Arguments among `args` that the input `name` may not hold (INPUT_INVALID each). */
export function reservedArguments(
  name: 'melange-args' | 'apko-args',
  args: readonly string[],
): readonly Failure[] {
  const table = reserved[name] ?? {}
  return args.flatMap(argument => {
    const flag = argument.split('=')[0] ?? ''
    if (!(flag in table)) return []
    const input = table[flag]
    return new Failure('INPUT_INVALID', `input "${name}" holds ${flag}, which is set by the action itself`, {
      hint: input === undefined ? `Remove ${flag}.` : `Remove ${flag} and use the input "${input}".`,
    })
  })
}
