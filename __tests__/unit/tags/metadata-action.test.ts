import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RunContext } from '../../../src/domain/run-context.ts'
import { readPayload } from '../../../src/platform/event-payload.ts'
import { computeTags } from '../../../src/tags/compute-tags.ts'
import { formatDate } from '../../../src/tags/date-format.ts'
import type { TagFacts } from '../../../src/tags/expressions.ts'
import { isPrerelease } from '../../../src/tags/prerelease.ts'

/** What docker/metadata-action 6 answers when it is run: `fixtures/tags/README.md` tells how the table was made. */
const table = JSON.parse(readFileSync('__tests__/fixtures/tags/metadata-action.json', 'utf8')) as {
  readonly now: string
  readonly events: readonly EventOfTable[]
  /** Tags in their order, with the events that get them; `!`: it fails. */
  readonly cases: readonly { tags: string[]; flavor: string[]; results: Record<string, string[]> }[]
  readonly dates: readonly { at: string; tz: string; values: Record<string, string> }[]
}

interface EventOfTable {
  readonly id: string
  readonly event: string
  readonly ref: string
  readonly sha: string
  readonly payload: { readonly head_commit: { readonly timestamp: string } }
}

function factsOf({ event, ref, sha, payload }: EventOfTable): TagFacts {
  const context: RunContext = {
    workflow: true,
    event,
    ref,
    commit: sha,
    commitTime: new Date(payload.head_commit.timestamp).getTime() / 1000,
    ...readPayload(payload, 'octo'),
  }
  return { context, now: new Date(table.now), packages: [] }
}

const lines = (texts: readonly string[]) =>
  texts
    .map((text, at) => ({ line: at + 1, text: text.trim() }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))

function ours(
  { tags, flavor }: { tags: readonly string[]; flavor: readonly string[] },
  event: EventOfTable,
): string {
  const computed = computeTags({ rules: lines(tags), flavor: lines(flavor) }, factsOf(event))
  if (computed.failures.length === 0) return computed.tags.map(({ name }) => name).join(' ')
  return computed.failures[0]?.message.includes('makes no tag') ? '' : '!'
}

/** Where we are to answer otherwise: what it does with such a line helps nobody. */
const otherwise: Readonly<Record<string, string>> = {
  'baz,qux': 'plain tags by comma are all tags',
  'type=raw,value=x,priority=high | type=sha': 'a priority that is no number is an error',
  'type=match,pattern=v(.*),group=2': 'a group that the pattern does not have is an error',
  'type=match,"pattern=\\d{1,2}\\.\\d{1,2}"': 'one pair of quotes is enough',
  '"type=match,pattern=\\d{1,2}\\.\\d{1,2}"': 'a comma in a pattern is an error',
  'type=match,pattern=\\d{1,2}\\.\\d{1,2}': 'a comma in a pattern is an error',
}

const cases = table.cases.map(each => ({
  ...each,
  title: `${each.tags.join(' | ')} / ${each.flavor.join(' | ')}`,
}))

describe('the tags of docker/metadata-action', () => {
  it.each(cases.filter(({ tags }) => otherwise[tags.join(' | ')] === undefined))('$title', each => {
    for (const [expected, events] of Object.entries(each.results)) {
      for (const id of events) {
        const event = table.events.find(one => one.id === id) as EventOfTable
        expect([id, ours(each, event)]).toEqual([id, expectedOf(expected, each, event)])
      }
    }
  })

  it('covers every event in every case', () => {
    for (const { results } of table.cases) {
      expect(Object.values(results).flat().toSorted()).toEqual(table.events.map(({ id }) => id).toSorted())
    }
    expect(table.cases.length * table.events.length).toBeGreaterThan(3000)
  })

  it.each(Object.keys(otherwise))('differ on purpose for %s', title => {
    const found = table.cases.find(({ tags }) => tags.join(' | ') === title) as (typeof table.cases)[number]
    const differing = table.events.filter(event => {
      const [theirs = ''] = Object.entries(found.results).find(([, ids]) => ids.includes(event.id)) ?? []
      return ours(found, event) !== theirs
    })
    expect(differing.length).toBeGreaterThan(0)
  })
})

/** Theirs, but that a pre-release does not move `latest` by itself, and tags are valid and named once. */
function expectedOf(
  theirs: string,
  { tags, flavor }: { tags: string[]; flavor: string[] },
  event: EventOfTable,
): string {
  const auto = !flavor.some(line => line.startsWith('latest=true'))
  const byRefOrMatch = tags.length === 0 || tags.some(line => /type=match|event=tag/.test(line))
  const isPre =
    byRefOrMatch &&
    auto &&
    isPrerelease(event.ref.replace('refs/tags/', '')) &&
    !tags.join().includes('value=')
  const names = theirs.split(' ').map(name => name.replace(/^[.-]+/, ''))
  return [...new Set(names)].filter(name => !(isPre && /^(x-)?latest/.test(name))).join(' ')
}

describe('dates of moment.js', () => {
  it.each(table.dates)('$at in $tz', ({ at, tz, values }) => {
    const zoneNames = tz === 'UTC' ? [] : ['z', 'zz']
    for (const [format, text] of Object.entries(values)) {
      if (zoneNames.includes(format) || format === 'T-B-n') continue
      expect([format, formatDate(new Date(at), format, tz)]).toEqual([format, text])
    }
  })
})
