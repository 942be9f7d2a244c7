import { Failure } from '../domain/failure.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { nodeAt } from './yaml-walk.ts'

/** The list of texts at a path, numbers (`- 386`) read as such; empty when there is none. What is no text goes to `found`. */
export function readTexts(file: YamlFile, path: readonly string[], found: Failure[]): readonly string[] {
  const list = nodeAt(file.value, path)
  if (list === undefined || list === null) return []
  const wrong = (message: string, at = file.placeOf(path)): void => {
    const text = `${at.file}:${at.line}: ${message}`
    found.push(new Failure('CONFIG_INVALID', text, { at, hint: 'Write a list, "- " and a text a line.' }))
  }
  if (!Array.isArray(list)) {
    wrong(`"${path.join('.')}" is not a list`)
    return []
  }
  return list.flatMap((item: unknown, at) => {
    if (typeof item === 'string') return [item]
    if (typeof item === 'number') return [file.textOf([...path, at]) ?? String(item)]
    wrong(`"${path.join('.')}" has something that is not a text`, file.placeOf([...path, at]))
    return []
  })
}
