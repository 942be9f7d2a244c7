import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { Failure, type SourcePlace } from './failure.ts'
import { readTextFile } from './text-file.ts'
import { findAliasProblem } from './yaml-alias.ts'

/** A YAML file of the user: its value, and where in the file each part stands. */
export interface YamlFile {
  /** Path as the user gave it. */
  readonly file: string
  readonly value: unknown
  /** Place of the node at `path`, of its name when it is a mapping or list; of its nearest ancestor when there is no such node. */
  placeOf(path: readonly (string | number)[]): SourcePlace
  /** Text of the scalar at `path` as it is written (`1.10` stays so); undefined when there is none. */
  textOf(path: readonly (string | number)[]): string | undefined
}

/**
 * Reads one YAML 1.2 document. `absolute` is where the file is, `file` how messages name it.
 * Fails with CONFIG_MISSING when it can't be read, CONFIG_INVALID with line and column when it is not YAML,
 * or more than one document.
 */
export async function readYamlFile(absolute: string, file: string): Promise<YamlFile> {
  return parseYamlFile(file, await readTextFile(absolute, file))
}

/** As {@link readYamlFile}, for a text at hand. */
export function parseYamlFile(file: string, marked: string): YamlFile {
  // Some editors begin a file with a byte-order mark; the library does not take one before a list.
  const text = marked.replace(/^\uFEFF/, '')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const invalid = (offset: number, text: string, cause?: unknown): Failure => {
    const at = place(offset)
    return new Failure('CONFIG_INVALID', `${file}:${at.line}:${at.column}: ${text}`, { at, cause })
  }
  const [error] = document.errors
  if (error?.code === 'MULTIPLE_DOCS') throw invalid(error.pos[0], 'more than one document; accepted: one')
  if (error !== undefined) throw invalid(error.pos[0], `not valid YAML: ${error.message}`, error)
  const alias = findAliasProblem(document)
  if (alias !== undefined) throw invalid(alias.offset, alias.text)
  // Many files are read, few are asked for places: the tree is let go when memory is short, and made again.
  const held = new WeakRef(document)
  const tree = () => held.deref() ?? parseDocument(text, { prettyErrors: false, uniqueKeys: true })
  return {
    file,
    value: valueOf(document, cause => invalid(0, 'its aliases (*name) unfold to too much', cause)),
    placeOf(path) {
      const whole = tree()
      for (let length = path.length; length >= 0; length -= 1) {
        const node = nodeAt(whole, path.slice(0, length))
        if (isNode(node) && node.range) return place(node.range[0])
      }
      return { file, line: 1, column: 1 }
    },
    textOf(path) {
      const node = tree().getIn(path, true)
      return isScalar(node) && node.value !== null ? (node.source ?? JSON.stringify(node.value)) : undefined
    },
  }
}

/** The node at a path; for a mapping or list that has a name, that name, since it stands on the line that people look for. */
function nodeAt(document: Document.Parsed, path: readonly (string | number)[]): unknown {
  if (path.length === 0) return document.contents
  const node = document.getIn(path, true)
  if (!isCollection(node)) return node
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return node
  return parent.items.find(({ value }) => value === node)?.key ?? node
}

/** What the document says; the library gives up on aliases of aliases that would fill the memory. */
function valueOf(document: Document.Parsed, tooMuch: (cause: unknown) => Failure): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (cause) {
    throw cause instanceof ReferenceError ? tooMuch(cause) : cause
  }
}
