import { expect, it } from 'vitest'
import { openTracks } from '../../../src/platform/tracks.ts'

function recorded() {
  const lines: string[] = []
  const track = openTracks({
    start: title => void lines.push(`[${title}`),
    line: text => void lines.push(text),
    end: () => void lines.push(']'),
  })
  return { lines, track }
}

it('shows one track live and keeps the other whole', () => {
  const { lines, track } = recorded()
  const [a, b] = [track('a'), track('b')]
  a.line('a1')
  b.line('b1')
  a.line('a2')
  expect(lines).toEqual(['[a', 'a1', 'a2'])
  a.end()
  b.line('b2')
  b.end()
  expect(lines).toEqual(['[a', 'a1', 'a2', ']', '[b', 'b1', 'b2', ']'])
})

it('shows those that ended while they waited, in the order they began', () => {
  const { lines, track } = recorded()
  const [a, b, c] = [track('a'), track('b'), track('c')]
  c.line('c1')
  c.end()
  b.end()
  b.end()
  a.end()
  expect(lines).toEqual(['[a', ']', '[b', ']', '[c', 'c1', ']'])
  track('d').end()
  expect(lines.slice(-2)).toEqual(['[d', ']'])
})
