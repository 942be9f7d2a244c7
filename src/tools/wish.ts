import { resolve } from 'node:path'
import semver from 'semver'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import type { ToolName } from '../domain/tool.ts'
import { defaultVersions, latestVersion } from './catalogue.ts'
import { isReleased, platformOf, type Tarball } from './release.ts'

/** What the user asks for, as the inputs `<tool>-version` and `<tool>-sha256` give it. */
export interface ToolWish {
  readonly name: ToolName
  /** Empty for the default, `1.2.39`, `v1.2.39`, `latest` (of the catalogue), or the path of a binary: one with a slash. */
  readonly version: string
  /** sha256 (hex) that the tarball must have, the binary when it is a path; stands above the catalogue. */
  readonly sha256?: string | undefined
}

export type Wanted =
  | { readonly kind: 'binary'; readonly name: ToolName; readonly path: string; readonly sha256?: string }
  | { readonly kind: 'release'; readonly tarball: Tarball; readonly sha256?: string }

/** Reads a wish. Fails with INPUT_INVALID for a wrong version or sha256, TOOL_UNKNOWN when no release can suit the machine. */
export function resolveWish(wish: ToolWish, machine: Machine): Wanted {
  const { name } = wish
  const given = wish.sha256 === undefined ? {} : { sha256: readSha256(wish.sha256, name) }
  const text = wish.version.trim()
  if (text.includes('/')) return { kind: 'binary', name, path: resolve(machine.workspace, text), ...given }
  if (!isReleased(name, machine.architecture)) {
    throw new Failure('TOOL_UNKNOWN', `${name} has no release for ${machine.architecture.platform}`, {
      hint: `Give the path of a binary of your own as ${name}-version.`,
    })
  }
  const platform = platformOf(machine)
  return {
    kind: 'release',
    tarball: { name, version: readVersion(text, name, platform), platform },
    ...given,
  }
}

function readVersion(text: string, name: ToolName, platform: string): string {
  if (text === '') return defaultVersions[name]
  if (text === 'latest') {
    const latest = latestVersion(name, platform)
    if (latest !== undefined) return latest
    throw new Failure('TOOL_UNKNOWN', `the catalogue has no ${name} for ${platform.replace('_', '/')}`, {
      hint: `Give an exact ${name}-version with ${name}-sha256, or the path of a binary.`,
    })
  }
  const version = /^v?\d/.test(text) ? semver.valid(text) : null
  if (version !== null) return version
  throw new Failure(
    'INPUT_INVALID',
    `${name}-version is "${text}"; accepted: an exact version such as ${defaultVersions[name]}, latest, or a path with a slash`,
    { hint: `Leave ${name}-version out to get ${defaultVersions[name]}.` },
  )
}

function readSha256(text: string, name: ToolName): string {
  const hex = text
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '')
  if (/^[0-9a-f]{64}$/.test(hex)) return hex
  throw new Failure('INPUT_INVALID', `${name}-sha256 is "${text}"; accepted: the 64 hex digits of a sha256`, {
    hint: `Compute it with: sha256sum ${name}_*.tar.gz`,
  })
}
