import { visit, type Document } from 'yaml'

export interface AliasProblem {
  /** Where the alias stands in the text. */
  readonly offset: number
  readonly text: string
}

/** The first alias (`*name`) that stands for nothing, or for something that it is itself a part of. */
export function findAliasProblem(document: Document.Parsed): AliasProblem | undefined {
  const found: AliasProblem[] = []
  visit(document, {
    Alias(_, alias, path) {
      const target = alias.resolve(document)
      const offset = alias.range?.[0] ?? 0
      if (target === undefined) {
        found.push({ offset, text: `*${alias.source} stands for nothing: no &${alias.source} is before it` })
      } else if (path.includes(target)) {
        found.push({ offset, text: `*${alias.source} is a part of what it stands for` })
      } else return undefined
      return visit.BREAK
    },
  })
  return found[0]
}
