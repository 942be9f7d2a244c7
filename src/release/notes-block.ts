/** The run that writes a release. A later one takes over from an earlier one, whatever became of it. */
export interface Writer {
  /** `4711.2`: the workflow run and its attempt; `laptop` elsewhere. */
  readonly run: string
  /** ISO 8601. */
  readonly started: string
}

const begin = '<!-- giropops-build: begin'
const end = '<!-- giropops-build: end -->'
const block = /<!-- giropops-build: begin run=(\S+) started=(\S+) -->.*?<!-- giropops-build: end -->/s

/** Our part of the notes, which names who wrote it. */
export function makeBlock(text: string, { run, started }: Writer): string {
  return `${begin} run=${run} started=${started} -->\n${text.trim()}\n${end}`
}

/** Makes our part of the notes, of no more letters than there is room for, as far as parts of it can be left out. */
export type Block = (most: number) => string

/** Letters that GitHub takes of notes. */
const longestNotes = 125_000

/** Letters of our part when all of it is left out that can be. */
export const blockFrame = 250

/** Letters of notes beside which our part still fits. */
export const mostNotes = longestNotes - blockFrame

/**
 * The notes with our part put in the place of an older one, else at their end; it takes the room that all other text leaves,
 * which stays as it is.
 */
export function withBlock(notes: string, ours: Block): string {
  if (block.test(notes)) {
    const most = longestNotes - notes.replace(block, '').length
    return notes.replace(block, () => ours(most))
  }
  const before = notes.trimEnd()
  return before === '' ? ours(longestNotes) : `${before}\n\n${ours(longestNotes - before.length - 2)}`
}

/** Who wrote our part of the notes; undefined when there is none. */
export function writerOf(notes: string): Writer | undefined {
  const [, run, started] = block.exec(notes) ?? []
  return run === undefined || started === undefined ? undefined : { run, started }
}

export function isSameWriter(one: Writer | undefined, other: Writer): boolean {
  return one?.run === other.run && one.started === other.started
}

/** Whether the first began after the second. */
export function isLater(one: Writer, other: Writer): boolean {
  return one.started === other.started ? one.run > other.run : one.started > other.started
}
