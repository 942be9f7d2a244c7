import { Refusal } from './service.ts'

/** The JSON value of a request's body; a Refusal with 400 when it is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new Refusal(400, 'the body is not JSON')
  }
}

/** What is found by these names and places inside a JSON value, or undefined. */
export function valueAt(root: unknown, ...path: readonly (string | number)[]): unknown {
  let value: unknown = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([name]) => name === String(step))?.[1]
  }
  return value
}

/** The text found there; a Refusal with 400 when there is none. */
export function textAt(root: unknown, ...path: readonly (string | number)[]): string {
  const value = valueAt(root, ...path)
  if (typeof value !== 'string' || value === '') throw new Refusal(400, `${path.join('.')} is missing`)
  return value
}

/** The list found there; empty when there is none. */
export function listAt(root: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = valueAt(root, ...path)
  return Array.isArray(value) ? value : []
}

/** The bytes that the text found there is the base64 of; a Refusal with 400 when it is missing or is not. */
export function bytesAt(root: unknown, ...path: readonly (string | number)[]): Buffer {
  const value = textAt(root, ...path)
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value) throw new Refusal(400, `${path.join('.')} is not base64`)
  return bytes
}
