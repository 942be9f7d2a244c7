import { expect, it } from 'vitest'
import { plainSummary } from '../../../src/platform/surface-summary.ts'

it('is the summary without the marks of Markdown, with tables as columns', () => {
  const markdown = [
    '### `ghcr.io/octo/demo`',
    '',
    'Pushed, tags: `1.0.0`',
    '',
    '```sh',
    'docker pull `x` | tee **y**',
    '```',
    '',
    '| Platform | Size |',
    '| --- | --- |',
    '| `linux/amd64` | 1 MB |',
    '| `linux/arm64` | 12\\|3 MB |',
    '',
    '<details><summary>How to verify it</summary>',
    '',
    '**cosign** of a\\_b, [told](https://example.com/x)',
    '',
    '</details>',
    '',
  ].join('\n')
  expect(plainSummary(markdown)).toMatchInlineSnapshot(`
    "ghcr.io/octo/demo

    Pushed, tags: 1.0.0

      docker pull \`x\` | tee **y**

      Platform     Size
      linux/amd64  1 MB
      linux/arm64  12|3 MB

    How to verify it:

    cosign of a_b, told (https://example.com/x)
    "
  `)
})

it('keeps a text without marks', () => {
  expect(plainSummary('Built, not pushed.\n')).toBe('Built, not pushed.\n')
})
