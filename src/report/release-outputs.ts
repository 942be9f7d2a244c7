import type { Output } from './outputs.ts'

/** Outputs about a release. */
export const releaseOutputs: Readonly<Record<string, Output>> = {
  'release-url': { help: 'Page of the release.', value: ({ record }) => record.release?.url },
  'release-id': {
    help: "Number of the release in GitHub's API.",
    value: ({ record: { release } }) => (release === undefined ? undefined : String(release.id)),
  },
  tag: { help: 'Git tag that was released.', value: ({ record }) => record.release?.tag },
  assets: {
    help: 'Names of the assets of the release, one a line.',
    value: ({ record }) => record.release?.assets.map(({ name }) => name).join('\n'),
  },
}
