type History = Readonly<Record<string, readonly string[]>>

/** How `head` stands to `base` by their ancestors, in the words of GitHub's comparison; undefined when they have none in common. */
export function compareCommits(
  base: string,
  head: string,
  commits: History,
): 'ahead' | 'behind' | 'diverged' | 'identical' | undefined {
  if (base === head) return 'identical'
  const [ofBase, ofHead] = [ancestors(base, commits), ancestors(head, commits)]
  if (ofHead.has(base)) return 'ahead'
  if (ofBase.has(head)) return 'behind'
  return [...ofBase].some(each => ofHead.has(each)) ? 'diverged' : undefined
}

function ancestors(commit: string, commits: History): ReadonlySet<string> {
  const seen = new Set<string>()
  const due = [commit]
  for (const each of due) {
    if (seen.has(each)) continue
    seen.add(each)
    due.push(...(commits[each] ?? []))
  }
  return seen
}
