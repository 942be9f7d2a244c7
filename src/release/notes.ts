import type { ImageOfRecord } from '../domain/build-record.ts'
import type { Released } from './released.ts'
import { changesSince, inventoriesOf, type Inventory, type PackageChange } from './package-changes.ts'

export interface NotesFacts {
  readonly released: Released
  /** The release before, with its record when it has one. */
  readonly previous: { readonly tag: string; readonly record: unknown } | undefined
  /** `https://github.com/octo/senhas/releases/download/v1.0.0` */
  readonly downloads: string
  readonly assets: readonly string[]
  /** Letters that there is room for. */
  readonly most: number
}

/** Readers want no more of ours beside a person's text and the generated part, also where there is room. */
const longest = 90_000
const mostRows = 300

/** Our part of the notes in Markdown: images by digest, how to verify them, packages, and what changed. Parts that would not fit are left out. */
export function notesOf(facts: NotesFacts): string {
  const images = facts.released.images.filter(({ pushed }) => pushed !== undefined)
  const parts = [
    ...images.map(imagePart),
    ...verifyParts(images),
    ...changeParts(facts),
    ...packageParts(facts),
    ...filesPart(facts),
  ]
  const kept: string[] = []
  let length = 0
  for (const part of parts) {
    if (length + part.length > Math.min(longest, facts.most)) continue
    kept.push(part)
    length += part.length + 2
  }
  return kept.join('\n\n')
}

function imagePart({ pushed, digest, platforms }: ImageOfRecord): string {
  const repository = pushed?.repository ?? ''
  const tags = (pushed?.tags ?? []).map(code).join(', ')
  const rows = platforms.map(each => [code(each.platform), code(each.digest)])
  return [
    `### ${code(repository)}`,
    fence('sh', `docker pull ${repository}@${digest}`),
    ...(tags === '' ? [] : [`Tags: ${tags}`]),
    ...(rows.length === 0 ? [] : [table(['Platform', 'Digest'], rows)]),
  ].join('\n\n')
}

function verifyParts(images: readonly ImageOfRecord[]): readonly string[] {
  return images.flatMap(({ signed, pushed }) => {
    const commands = (signed?.verify ?? []).filter(({ language }) => language === 'sh')
    if (commands.length === 0) return []
    const texts = commands.map(({ title, text }) => `**${escape(title)}**\n\n${fence('sh', text)}`)
    return [details(`How to verify ${pushed?.repository ?? 'the image'}`, texts.join('\n\n'))]
  })
}

function changeParts({ released, previous }: NotesFacts): readonly string[] {
  if (previous === undefined) return []
  const before = inventoriesOf(previous.record)
  const parts = inventoriesOf(released).flatMap(now => {
    const changes = changesSince(before, now)
    return changes === undefined ? [] : [changedPart(now, changes)]
  })
  return parts.length === 0 ? [] : [`### Packages since ${code(previous.tag)}`, ...parts]
}

function changedPart({ title }: Inventory, changes: readonly PackageChange[]): string {
  const what = title === 'Packages' ? 'Built here' : code(title)
  if (changes.length === 0) return `${what}: the same packages.`
  const rows = changes
    .slice(0, mostRows)
    .map(({ name, before = '', now = '' }) => [escape(name), escape(before), escape(now)])
  const more = changes.length - rows.length
  return [
    `${what}: ${changes.length === 1 ? '1 change' : `${changes.length} changes`}`,
    table(['Package', 'Before', 'Now'], rows),
    ...(more === 0 ? [] : [`${more} more.`]),
  ].join('\n\n')
}

function packageParts({ released }: NotesFacts): readonly string[] {
  return inventoriesOf(released).map(({ title, packages }) => {
    const rows = [...packages]
      .map(([name, version]) => [escape(name), escape(version)])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1))
    const what = title === 'Packages' ? 'Packages built here' : `Packages in ${title}`
    const shown = table(['Package', 'Version'], rows.slice(0, mostRows))
    const more = rows.length > mostRows ? `\n\n${rows.length - mostRows} more.` : ''
    return details(`${what}: ${rows.length}`, shown + more)
  })
}

function filesPart({ assets, downloads }: NotesFacts): readonly string[] {
  if (assets.length === 0) return []
  const check = ['checksums.txt', ...assets.filter(name => name === 'packages.tar')]
  const fetched = check.map(name => `curl -fsSLO ${downloads}/${name}`)
  return [
    details(
      'How to check the files',
      fence('sh', [...fetched, 'sha256sum --check --ignore-missing checksums.txt'].join('\n')),
    ),
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`
}

const fence = (language: string, text: string): string => ['```' + language, text, '```'].join('\n')
const code = (text: string): string => `\`${text.replaceAll('`', '')}\``
const escape = (text: string): string => text.replace(/[\\`*_{}[\]<>|#@]/g, '\\$&')
