import { markKeys } from '../domain/image-marks.ts'
import type { RunContext } from '../domain/run-context.ts'

export interface MarkFacts {
  readonly context: RunContext
  /** What people call the image. */
  readonly title: string
  readonly version: string | undefined
}

/** What labels and annotations say where nobody says otherwise; only what is known. `source` ties a package on GitHub to its repository. */
export function defaultMarks({ context, title, version }: MarkFacts): Readonly<Record<string, string>> {
  const { server, repository, commit, description, license } = context
  const page = server === undefined || repository === undefined ? undefined : `${server}/${repository}`
  const known = {
    [markKeys.description]: description,
    [markKeys.licenses]: license,
    [markKeys.revision]: commit,
    [markKeys.source]: page,
    [markKeys.title]: title,
    [markKeys.url]: page,
    [markKeys.version]: version,
  }
  return Object.fromEntries(
    Object.entries(known).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}
