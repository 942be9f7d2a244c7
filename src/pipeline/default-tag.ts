import type { RunContext } from '../domain/run-context.ts'

/** The tag taken when none is given: the branch or git tag by name, `pr-7` on a pull request, else `latest`. */
export function defaultTag({ ref }: RunContext): string {
  const pull = /^refs\/pull\/(\d+)\//.exec(ref ?? '')
  if (pull !== null) return `pr-${pull[1]}`
  const name = /^refs\/(?:heads|tags)\/(.+)$/.exec(ref ?? '')?.[1]
  if (name === undefined) return 'latest'
  const tag = name.replace(/[^\w.-]/g, '-').replace(/^[.-]+/, '')
  return tag.slice(0, 128) || 'latest'
}
