import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readMelangeFile, type MelangeFile } from '../../src/melange/melange-file.ts'
import { temporaryFolder } from './melange-fixtures.ts'

/** What a test wants of a melange file; the rest is filled in. */
export interface RecipeText {
  readonly version?: string
  /** `environment.contents.packages`. */
  readonly needs?: readonly string[]
  /** `environment.contents.repositories`. */
  readonly repositories?: readonly string[]
  readonly runtime?: readonly string[]
  readonly provides?: readonly string[]
  /** `test.environment.contents.packages`. */
  readonly tests?: readonly string[]
  readonly archs?: readonly string[]
  /** Further top-level YAML. */
  readonly more?: string
}

/** Text of a melange file; the first of `needs` stands on line 10. */
export function recipeText(name: string, text: RecipeText = {}): string {
  const list = (entries: readonly string[] = []): string => JSON.stringify(entries)
  const lines = (entries: readonly string[] = []): readonly string[] =>
    entries.map(entry => `      - ${JSON.stringify(entry)}`)
  return [
    'package:',
    `  name: ${name}`,
    `  version: ${text.version ?? '1.0.0'}`,
    '  epoch: 0',
    `  target-architecture: ${list(text.archs)}`,
    `  dependencies: {runtime: ${list(text.runtime)}, provides: ${list(text.provides)}}`,
    'environment:',
    `  contents: ${text.needs === undefined && text.repositories === undefined ? '{}' : ''}`,
    ...(text.needs === undefined ? [] : ['    packages:', ...lines(text.needs)]),
    ...(text.repositories === undefined ? [] : ['    repositories:', ...lines(text.repositories)]),
    ...(text.tests === undefined
      ? []
      : [`test: {environment: {contents: {packages: ${list(text.tests)}}}, pipeline: [{runs: "true"}]}`]),
    ...(text.more === undefined ? [] : [text.more]),
    '',
  ].join('\n')
}

/** Melange files `<name>.yaml` of a fresh folder, in the order given. */
export async function recipeFiles(
  recipes: Readonly<Record<string, RecipeText>>,
  folder = temporaryFolder(),
): Promise<readonly MelangeFile[]> {
  const files: MelangeFile[] = []
  for (const [name, text] of Object.entries(recipes)) {
    const absolute = join(folder, `${name}.yaml`)
    await mkdir(dirname(absolute), { recursive: true })
    await writeFile(absolute, recipeText(name, text))
    files.push(await readMelangeFile(absolute, `${name}.yaml`))
  }
  return files
}
