import { expect, it } from 'vitest'
import { readPayload } from '../../../src/platform/event-payload.ts'

it.each<[string, object, string | undefined]>([
  ['an organisation', { login: 'octo', type: 'Organization' }, 'organization'],
  ['a person', { login: 'octo', type: 'User' }, 'user'],
  ['another kind', { login: 'octo', type: 'Bot' }, undefined],
  ['nobody', { login: 'octo' }, undefined],
])('the event tells whose the repository is: %s', (_, owner, expected) => {
  const repository = { name: 'senhas', owner: { name: 'octo', ...owner } } as NonNullable<
    Parameters<typeof readPayload>[0]['repository']
  >
  expect(readPayload({ repository }, 'octo').ownerKind).toBe(expected)
})

it('an event without a repository tells nothing of its owner', () => {
  expect(readPayload({}, undefined)).not.toHaveProperty('ownerKind')
})
