import type { BuildRecord, GraphOfRecord, ImageOfRecord, PackagesOfRecord } from '../domain/build-record.ts'
import type { Failure } from '../domain/failure.ts'
import { formatSize } from '../domain/size.ts'
import { findingsPart } from './findings.ts'
import { drawGraph } from './graph-picture.ts'
import { code, details, escape, fence, table } from './markdown.ts'
import { releasePart } from './release-part.ts'

/** The job summary in Markdown: what failed, images with their platforms, packages, tools and times. Under the runner's 1 MiB. */
export function summaryOf(record: BuildRecord, failures: readonly Failure[] = []): string {
  const parts = [
    ...failedPart(failures),
    ...releasePart(record.release),
    ...record.images.flatMap(imagePart),
    ...packagesPart(record.packages),
    ...graphPart(record.graph),
    details('Tools and times', toolsPart(record)),
  ]
  return `${parts.join('\n\n')}\n`
}

function failedPart(failures: readonly Failure[]): readonly string[] {
  if (failures.length === 0) return []
  const rows = failures.map(({ code, message, at }) => [
    escape(message).replaceAll('\n', ' '),
    at === undefined ? '' : `\`${[at.file, at.line].filter(Boolean).join(':')}\``,
    code,
  ])
  return ['### Failed', table(['What', 'Where', 'Code'], rows)]
}

function imagePart(image: ImageOfRecord): readonly string[] {
  const { pushed } = image
  const rows = image.platforms.map(each => [
    `\`${each.platform}\``,
    `\`${each.digest}\``,
    formatSize(each.size),
    String(each.packages.length),
  ])
  const added = [...new Set(image.platforms.flatMap(({ addedToSbom }) => addedToSbom))]
  return [
    `### ${pushed === undefined ? escape(image.name) : `\`${pushed.repository}\``}`,
    pushed === undefined ? 'Built, not pushed.' : pushedText(image, pushed),
    ...copiesPart(image),
    table(['Platform', 'Digest', 'Size', 'Packages'], rows),
    `Index \`${image.digest}\`, ${formatSize(image.size)} in all.`,
    ...(image.reproduced ? ['Reproduced: a second build in another folder has the same digest.'] : []),
    ...findingsPart(image.scan, image.notScanned),
    ...signedPart(image.signed),
    ...lockPart(image.lock),
    ...(image.loaded.length === 0 ? [] : [`Loaded: ${code(image.loaded)}`]),
    ...(added.length === 0
      ? []
      : [
          details(
            `Added to the SBOM from the package database, since apko leaves them out: ${added.length}`,
            code(added),
          ),
        ]),
  ]
}

/** Lines of the table of changes; a summary has 1 MiB. */
const changesShown = 500

function lockPart(lock: ImageOfRecord['lock']): readonly string[] {
  if (lock === undefined) return []
  const { file, mode, changes } = lock
  if (mode !== 'update') return [`Packages are those of the lock \`${file}\`, compared after the build.`]
  if (changes.length === 0) return [`The lock \`${file}\` is up to date.`]
  const rows = changes
    .slice(0, changesShown)
    .map(({ platform, name, kind, from = '', to = '' }) => [`\`${platform}\``, escape(name), kind, from, to])
  const more =
    changes.length > changesShown ? [`${changes.length - changesShown} more are in the record.`] : []
  return [
    `The lock \`${file}\` was written anew; ${changes.length} changes:`,
    table(['Platform', 'Package', 'Change', 'Before', 'Now'], rows),
    ...more,
  ]
}

function signedPart(signed: ImageOfRecord['signed']): readonly string[] {
  if (signed === undefined) return []
  const { signer } = signed
  const who = 'publicKey' in signer ? 'with a key' : `as \`${signer.subject}\` (${signer.issuer})`
  const texts = signed.verify.map(({ title, text, language }) =>
    [`**${title}**`, fence(language, text)].join('\n\n'),
  )
  const github = signed.github.length === 0 ? [] : [`Kept by GitHub: ${signed.github.join(', ')}`]
  return [
    `Signed ${who}, read back and verified.`,
    ...github,
    details('How to verify it', texts.join('\n\n')),
  ]
}

function pushedText(image: ImageOfRecord, pushed: NonNullable<ImageOfRecord['pushed']>): string {
  const tags = pushed.tags.length === 0 ? 'no tag' : code(pushed.tags)
  const pull = fence('sh', `docker pull ${pushed.repository}@${image.digest}`)
  const what = pushed.unchanged ? 'There already, nothing was pushed; tags' : 'Pushed, tags'
  return `${what}: ${tags}\n\n${pull}`
}

/** The other repositories, and tags that were left alone. */
function copiesPart({ pushed, copies = [] }: ImageOfRecord): readonly string[] {
  const places = [...(pushed === undefined ? [] : [pushed]), ...copies]
  const rows = copies.map(({ repository, tags, unchanged }) => [
    `\`${repository}\``,
    tags.length === 0 ? 'no tag' : code(tags),
    unchanged ? 'there already' : 'pushed',
  ])
  const left = places.flatMap(({ repository, left: tags = [] }) =>
    tags.map(({ tag, digest }) => `\`${repository}:${tag}\` was left at \`${digest}\`, another image.`),
  )
  return [...(rows.length === 0 ? [] : [table(['The same digest in', 'Tags', ''], rows)]), ...left]
}

function packagesPart(packages: PackagesOfRecord | undefined): readonly string[] {
  if (packages === undefined) return []
  const some = packages.built.some(({ taken }) => taken)
  const rows = packages.built.map(each => [
    escape(each.name),
    `\`${each.version}\``,
    `\`${each.arch}\``,
    formatSize(each.size),
    ...(some ? [each.taken ? 'an earlier run' : 'this run'] : []),
  ])
  const key = packages.throwAwayKey ? 'a throw-away key of this run' : 'the given key'
  return [
    '### Packages',
    table(['Package', 'Version', 'Architecture', 'Size', ...(some ? ['From'] : [])], rows),
    `${originOf(packages)}, signed with ${key}.`,
  ]
}

function originOf({ sandbox, legs }: PackagesOfRecord): string {
  if (sandbox !== undefined) return `Built in ${sandbox}`
  if (legs === undefined) return 'Nothing had to be built'
  return `Merged from ${legs.length} ${legs.length === 1 ? 'repository' : 'repositories'}`
}

function graphPart(graph: GraphOfRecord | undefined): readonly string[] {
  const picture = graph && drawGraph(graph)
  if (picture === undefined) return []
  return [fence('mermaid', picture.text), ...(picture.note === undefined ? [] : [picture.note])]
}

function toolsPart(record: BuildRecord): string {
  const tools = record.tools.map(each => [each.name, each.version, `\`${each.sha256}\``, each.source])
  const times = record.stages.map(each => [each.stage, `${each.seconds.toFixed(1)} s`])
  return [table(['Tool', 'Version', 'sha256', 'From'], tools), table(['Stage', 'Time'], times)].join('\n\n')
}
