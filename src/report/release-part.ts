import type { ReleaseOfRecord } from '../domain/release-record.ts'
import { formatSize } from '../domain/size.ts'

/** The release in the job summary; nothing when there is none. */
export function releasePart(release: ReleaseOfRecord | undefined): readonly string[] {
  if (release === undefined) return []
  const { tag, url, draft, outcome, assets, majorTags } = release
  const done = {
    made: draft ? 'A draft, complete and not published' : 'Published',
    completed: 'Published before, now complete',
    unchanged: 'Published before, with the same content',
  }[outcome]
  const size = formatSize(assets.reduce((sum, each) => sum + each.size, 0))
  return [
    `### Release \`${tag.replaceAll('`', '')}\``,
    `${done}: [${url}](${url}), ${assets.length} assets, ${size}.`,
    ...(majorTags.length === 0
      ? []
      : [`Named by ${majorTags.map(name => `\`${name}\``).join(', ')} as well.`]),
  ]
}
