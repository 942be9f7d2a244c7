import { input } from './definition.ts'
import { choice, count } from './parse.ts'

/** Inputs of cleaning a package on GitHub Packages. */
export const pruneInputs = {
  prune: input({
    help: 'Delete old untagged versions of the images with all that belongs to them alone: `false`, `dry-run` (tells which) or `true`.',
    parse: choice('false', 'dry-run', 'true'),
    default: 'false',
  }),
  'prune-keep': input({
    help: 'Days for which untagged versions are kept.',
    parse: count,
    default: '30',
  }),
} as const
