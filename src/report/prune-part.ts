import type { PruneReport } from '../domain/prune-report.ts'

/** Lines of the table of deleted versions; a summary has 1 MiB. */
const shown = 200

/** What was cleaned, in the job summary; nothing when nothing was asked for. */
export function prunePart(reports: readonly PruneReport[] = []): readonly string[] {
  return reports.flatMap(({ package: name, mode, kept, pruned, doubt }) => [
    `### Cleaned: \`${name}\``,
    doubt === undefined
      ? `${mode === 'delete' ? 'Deleted' : 'Would be deleted (dry run)'}: ${pruned.length} versions; kept: ${kept}.`
      : `Nothing was deleted: ${doubt}.`,
    ...(pruned.length === 0 ? [] : [pruned.slice(0, shown).map(lineOf).join('\n')]),
    ...(pruned.length > shown ? [`${pruned.length - shown} more are in the output \`pruned\`.`] : []),
  ])
}

function lineOf({ digest, updated }: PruneReport['pruned'][number]): string {
  return `- \`${digest}\`, untouched since ${updated.slice(0, 10)}`
}
