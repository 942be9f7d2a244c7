import type { SourcePlace } from '../domain/failure.ts'

export const vexStatuses = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const

/** The justifications that OpenVEX knows. */
export const vexJustifications = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const

/** One statement of an OpenVEX document. */
export interface VexStatement {
  /** Every name of the vulnerability. */
  readonly names: readonly string[]
  readonly status: (typeof vexStatuses)[number]
  readonly products: readonly VexProduct[]
  /** Justification and impact, as one text. */
  readonly reason: string
  /** When it was said, milliseconds since 1970: of several on one thing the last counts. */
  readonly time: number
  readonly at: SourcePlace
}

export interface VexProduct {
  /** Package URLs, and other names such as `ghcr.io/octo/demo@sha256:…`. */
  readonly names: readonly string[]
  /** The same of each part that is meant; the whole product when empty. */
  readonly parts: readonly (readonly string[])[]
}
