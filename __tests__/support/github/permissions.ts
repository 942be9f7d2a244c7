import { refused, type Reply } from './area.ts'

/** As in a workflow's `permissions`, with underscores. */
export type Permission = 'contents' | 'packages' | 'security_events' | 'attestations' | 'metadata'
export type Permissions = Readonly<Partial<Record<Permission, 'read' | 'write' | 'none'>>>

const needs: readonly (readonly [RegExp, Permission])[] = [
  [/\/(releases|git|immutable-releases|compare|commits)\b/, 'contents'],
  [/\/code-scanning\//, 'security_events'],
  [/\/attestations\b/, 'attestations'],
  [/\/packages\b/, 'packages'],
]

/** GitHub's refusal where the token may not do it; undefined where it may. What is not named is granted. */
export function forbidden(key: string, permissions: Permissions): Reply | undefined {
  const permission = needs.find(([pattern]) => pattern.test(key))?.[1]
  if (permission === undefined) return undefined
  const isRead = key.startsWith('GET ')
  const granted = permissions[permission] ?? 'write'
  if (granted === 'write' || (isRead && granted === 'read')) return undefined
  const wanted = `${permission}=${isRead ? 'read' : 'write'}`
  const refusal = refused(403, 'Resource not accessible by integration')
  return { ...refusal, headers: { 'x-accepted-github-permissions': wanted } }
}
