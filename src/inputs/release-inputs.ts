import { input } from './definition.ts'
import { choice, flag, lines, text } from './parse.ts'

/** Inputs of releases. */
export const releaseInputs = {
  release: input({
    help: '`auto` makes a GitHub release when the run is for a git tag or a release event (needs `contents: write`); `true` fails elsewhere; `false`.',
    parse: choice('auto', 'true', 'false'),
    default: 'false',
  }),
  tag: input({ help: 'Git tag that is released. Left out: the tag that the run is for.', parse: text }),
  name: input({ help: 'Title of the release. Left out: the tag.', parse: text }),
  notes: input({
    help: "Text that the notes begin with. Left out: GitHub's generated notes.",
    parse: text,
  }),
  draft: input({
    help: 'Leave the release a draft, complete but not published.',
    parse: flag,
    default: 'false',
  }),
  prerelease: input({
    help: '`auto` goes by the version in the tag (`v1.0.0-rc.1` is one); `true` or `false`.',
    parse: choice('auto', 'true', 'false'),
    default: 'auto',
  }),
  assets: input({ help: 'Further files or globs that the release gets, a line each.', parse: lines }),
  replace: input({
    help: 'Replace assets of a published release that have other bytes, where releases are not immutable.',
    parse: flag,
    default: 'false',
  }),
  'major-tag': input({
    help: 'For repositories that are actions: move `v1` and `v1.2` to `v1.2.3` once it is published; never to a pre-release, never backwards.',
    parse: flag,
    default: 'false',
  }),
} as const
