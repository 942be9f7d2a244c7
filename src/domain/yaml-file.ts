import { readFile } from 'node:fs/promises'
import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { Failure, type SourcePlace } from './failure.ts'

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
 * Fails with CONFIG_MISSING when it can't be read, CONFIG_INVALID with line and column when it is not YAML.
 */
export async function readYamlFile(absolute: string, file: string): Promise<YamlFile> {
  const text = await readFile(absolute, 'utf8').catch((cause: unknown) => {
    throw new Failure('CONFIG_MISSING', `cannot read ${file}: ${reason(cause)}`, { cause })
  })
  return parseYamlFile(file, text)
}

/** As {@link readYamlFile}, for a text at hand. */
export function parseYamlFile(file: string, text: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const [error] = document.errors
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  if (error !== undefined) {
    const at = place(error.pos[0])
    throw new Failure('CONFIG_INVALID', `${file}:${at.line}:${at.column}: not valid YAML: ${error.message}`, {
      at,
      cause: error,
    })
  }
  // Many files are read, few are asked for places: the tree is let go when memory is short, and made again.
  const held = new WeakRef(document)
  const tree = () => held.deref() ?? parseDocument(text, { prettyErrors: false, uniqueKeys: true })
  return {
    file,
    value: document.toJS({ maxAliasCount: 100 }) as unknown,
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

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'no permission',
  }
  return words[code ?? ''] ?? String(cause)
}
