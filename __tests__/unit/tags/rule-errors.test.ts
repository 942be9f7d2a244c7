import { describe, expect, it } from 'vitest'
import { compute, onTag } from './tag-facts.ts'

/** What is told of the second line, the first being right. */
function told(line: string): string {
  const { failures } = compute(`type=raw,value=ok\n${line}`, { context: onTag('v1.2.3') })
  return failures.map(({ code, message, hint }) => `${code} ${message}\n${hint}`).join('\n')
}

describe('a wrong rule is told with its line, what it says and what is accepted', () => {
  it.each([
    [
      'type=smever,pattern={{version}}',
      'type is "smever"; accepted: schedule, semver, pep440, apk, match, edge, ref, raw, sha',
      'Write type=semver.',
    ],
    ['type=semver', 'type=semver needs "pattern"', 'Write type=semver,pattern={{version}}.'],
    [
      'type=semver,patern={{version}}',
      'type=semver has no attribute "patern"; accepted: type, pattern, value, match, enable, priority, prefix, suffix',
      'Write pattern=.',
    ],
    [
      'type=sha,branch=main',
      'type=sha has no attribute "branch"; accepted: type, format, enable, priority, prefix, suffix',
      'Correct line 2 of "tags".',
    ],
    ['type=ref', 'type=ref needs "event"', 'Write type=ref,event=branch.'],
    ['type=ref,event=push', 'event is "push"; accepted: branch, tag, pr', 'Correct line 2 of "tags".'],
    ['type=sha,format=tiny', 'format is "tiny"; accepted: short, long', 'Correct line 2 of "tags".'],
    ['type=raw,value=x,enable=yes', 'enable is "yes"; accepted: true, false', 'Correct line 2 of "tags".'],
    ['type=raw,value=x,priority=high', 'priority is "high"; accepted: a number', 'Correct line 2 of "tags".'],
    [
      'type=semver,pattern={{verison}}',
      'there is no {{verison}} here; accepted: raw, version, major, minor, patch',
      'Write {{version}}.',
    ],
    [
      'type=semver,pattern={{version}},match=v.*',
      'match is "v.*", which has no group; what is in the first one is the version',
      'Put the version in parentheses, as in match=v(.*)$.',
    ],
    [
      'type=match,pattern=v(',
      'pattern is "v(", which is not a regular expression: Invalid regular expression: /v(/: Unterminated group',
      'Correct line 2 of "tags".',
    ],
    [
      'type=match,pattern=v(.*),group=x',
      'group is "x"; accepted: the number of a group',
      'Correct line 2 of "tags".',
    ],
    [
      'type=match,pattern=v(.*),group=2',
      'group is "2"; accepted: 0 to 1, which the pattern v(.*) has',
      'Correct line 2 of "tags".',
    ],
    [
      'type=match,pattern=\\d{1,2}',
      '"2}" is not key=value',
      'Put an attribute with commas in quotes, its name as well: type=match,"pattern=\\d{1,3}".',
    ],
    [
      "type=schedule,pattern={{date '%Y%m%d'}}",
      "the date format is \"%Y%m%d\", which is strftime's; accepted: a format of moment.js such as 'YYYYMMDDHHmmss'",
      'Correct line 2 of "tags".',
    ],
    [
      "type=raw,value={{date '-'}}",
      'the date format is "-"; accepted: a format of moment.js such as \'YYYYMMDDHHmmss\'',
      'Correct line 2 of "tags".',
    ],
    [
      'type=raw,value={{date}}',
      "{{date}} takes one format, here are 0; accepted: {{date 'YYYYMMDD'}}",
      'Correct line 2 of "tags".',
    ],
    [
      "type=raw,value={{date 'YYYY' zone='UTC'}}",
      '{{date}} has "zone"; accepted: tz',
      'Correct line 2 of "tags".',
    ],
    [
      "type=raw,value={{date 'YYYY' tz='America/SaoPaulo'}}",
      'tz is "America/SaoPaulo"; accepted: a time zone such as UTC or America/Sao_Paulo',
      "Write tz='America/Sao_Paulo'.",
    ],
    [
      'type=raw,value={{sha five}}',
      '{{sha five}}: "five" is not a text or number',
      'Write it in single quotes.',
    ],
    [
      'type=raw,value={{sha 0}}',
      '{{sha}} takes how many digits it has; accepted: a number from 1 to 64, as in {{sha 5}}',
      'Correct line 2 of "tags".',
    ],
    ['type=raw,value={{sha}', '"{{" has no "}}" in "{{sha}"', 'Correct line 2 of "tags".'],
    [
      'type=raw,value={{#if sha}}x{{/if}}',
      "{{#if sha}} is not an expression; accepted: a name and its arguments, {{date 'YYYYMMDD'}}",
      'Correct line 2 of "tags".',
    ],
    [
      'type=raw,value={{branch 3}}',
      '{{branch}} takes no arguments, here are: 3',
      'Correct line 2 of "tags".',
    ],
    [
      'type=raw,value=a"b',
      'a quote is in the wrong place; a field is in quotes from its first character to its last',
      'Correct line 2 of "tags".',
    ],
    [
      'one two',
      '"one two" is not a tag: " " may not be in a tag',
      'A tag has letters, digits, "_", "." and "-", does not start with "." or "-", and has at most 128 characters. A rule has type=: type=raw,value=….',
    ],
  ])('%s', (line, message, hint) => {
    expect(told(line)).toBe(
      `INPUT_INVALID input "tags", line 2 (${JSON.stringify(line)}): ${message}\n${hint}`,
    )
  })

  it('also where the rule is not for this event, and all at once', () => {
    const { failures } = compute(
      "type=schedule,pattern={{date 'x%'}}\ntype=nope\n\ntype=semver,pattern={{a}}",
    )
    expect(failures.map(({ message }) => /line \d+/.exec(message)?.[0])).toEqual([
      'line 1',
      'line 2',
      'line 4',
    ])
  })

  it('a pattern that would take for ever is given up', () => {
    const { failures } = compute('type=match,pattern=^(a+)+$', { context: onTag(`${'a'.repeat(60)}!`) })
    expect(failures[0]?.message).toContain('takes more than a second')
  })

  it.each([
    ['latest=maybe', 'latest is "maybe"; accepted: auto, true, false'],
    ['sufix=-x', 'there is no "sufix"; accepted: latest, prefix, suffix, onlatest'],
    ['prefix', '"prefix" is not key=value; accepted keys: latest, prefix, suffix, onlatest'],
    ['onlatest=true', 'onlatest stands behind a prefix or suffix, as in prefix=x-,onlatest=true'],
    ['prefix=a,onlatest=maybe', 'onlatest is "maybe"; accepted: true, false'],
  ])('flavor %s', (line, message) => {
    const { failures } = compute('a', { flavor: `latest=auto\n${line}` })
    expect(failures[0]?.message).toBe(`input "flavor", line 2 (${JSON.stringify(line)}): ${message}`)
  })
})

describe('no tag at all', () => {
  it('is told with the reason of each rule', () => {
    const { none } = compute(
      'type=semver,pattern={{version}}\ntype=sha,enable=false\ntype=schedule\ntype=edge,branch=dev',
    )
    expect(none?.message).toBe(
      'input "tags" makes no tag in this run; line 1: the ref is refs/heads/main, no git tag; line 2: enable is false; line 3: the event is push, no schedule; line 4: the ref is refs/heads/main, not the branch dev',
    )
    expect(none?.hint).toContain('type=ref,event=branch')
  })
})
