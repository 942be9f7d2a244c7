import { expect, it } from 'vitest'
import type { NodeOfRecord } from '../../../src/domain/build-record.ts'
import { drawGraph } from '../../../src/report/graph-picture.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { record } from '../../support/records.ts'

function node(name: string, more: Partial<NodeOfRecord> = {}): NodeOfRecord {
  return { file: `${name}.yaml`, package: name, level: 0, needs: [], runtime: [], tests: [], ...more }
}

const three = [
  node('liba'),
  node('app"<b>', { level: 1, needs: ['liba.yaml'], runtime: ['liba.yaml', 'plug.yaml'] }),
  node('plug', { level: 2, needs: ['app"<b>.yaml'], tests: ['liba.yaml'] }),
]

it('draws what needs what, and what is only installed along', () => {
  expect(drawGraph({ nodes: three })).toEqual({
    text: [
      'flowchart LR',
      '  n0["liba"]',
      '  n1["app__b_"]',
      '  n2["plug"]',
      '  n0 --> n1',
      '  n2 -.-> n1',
      '  n1 --> n2',
      '  n0 -.-> n2',
    ].join('\n'),
  })
})

it('stands in the summary, and is left out for a single package', () => {
  expect(summaryOf({ ...record, graph: { nodes: three } })).toContain(
    '```mermaid\nflowchart LR\n  n0["liba"]\n',
  )
  expect(summaryOf({ ...record, graph: { nodes: [node('liba')] } })).not.toContain('mermaid')
  expect(summaryOf(record)).not.toContain('mermaid')
})

it('is cut where nobody could read it', () => {
  const nodes = Array.from({ length: 1000 }, (_, index) =>
    node(`p${index}`, { needs: [1, 2, 3].flatMap(back => (index >= back ? [`p${index - back}.yaml`] : [])) }),
  )
  const { text = '', note } = drawGraph({ nodes }) ?? {}
  expect([text.match(/\["/g)?.length, text.match(/-->/g)?.length]).toEqual([200, 500])
  expect(note).toBe('Drawn: the first 200 of 1000 packages, 500 of their 594 arrows; the record has all.')
  expect(summaryOf({ ...record, graph: { nodes } })).toContain(`\n\n${note}\n`)
})
