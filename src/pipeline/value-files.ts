import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { readTextFile } from '../domain/text-file.ts'
import { readYamlFile } from '../domain/yaml-file.ts'
import { isRecord } from '../melange/yaml-value.ts'

/**
 * Reads a file of environment variables by the grammar that melange reads it by (github.com/joho/godotenv). Fails with
 * CONFIG_INVALID at the first line that is not of it; what the line says is not told, since it may be a secret.
 */
export async function checkEnvFile(absolute: string, file: string): Promise<void> {
  const text = (await readTextFile(absolute, file)).replaceAll('---\n', '   \n').replaceAll('\r\n', '\n')
  const blank = /(?:\s|#[^\n]*)*/y
  const name = /(?:export[\t ]+)?[\p{L}\p{N}_.]+[\t ]*[=:][\t ]*/uy
  const value = /"[^]*?(?<!\\)"|'[^]*?(?<!\\)'|(?!["'])[^\n]*/y
  const after = (grammar: RegExp, start: number): number | undefined => {
    grammar.lastIndex = start
    return grammar.test(text) ? grammar.lastIndex : undefined
  }
  for (let start = after(blank, 0) ?? 0; start < text.length;) {
    const line = text.slice(0, start).split('\n').length
    const named = after(name, start)
    if (named === undefined) throw invalid({ file, line }, 'not NAME=value')
    const end = after(value, named)
    if (end === undefined) throw invalid({ file, line }, 'the quote of its value is not closed')
    start = after(blank, end) ?? end
  }
}

/** Reads a file of variables. Fails with CONFIG_INVALID at each place where it is not a mapping of texts. */
export async function checkVarsFile(absolute: string, file: string): Promise<void> {
  const yaml = await readYamlFile(absolute, file)
  if (!isRecord(yaml.value)) throw invalid(yaml.placeOf([]), 'a vars-file is a mapping of names to texts')
  const wrong = Object.entries(yaml.value).filter(([, value]) => typeof value === 'object' && value !== null)
  throwIfAny(
    wrong.map(([name]) =>
      invalid(yaml.placeOf([name]), `the variable ${JSON.stringify(name)} is not a text`),
    ),
  )
}

function invalid(at: NonNullable<Failure['at']>, text: string): Failure {
  return new Failure('CONFIG_INVALID', `${at.file}:${at.line}: ${text}`, { at })
}
