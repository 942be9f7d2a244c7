import semver from 'semver'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Need } from '../domain/need.ts'
import { takesFlag, type Tool, type ToolName } from '../domain/tool.ts'
import {
  featureVersions,
  firstApkoThatReadsRsa256,
  firstMelangeThatSignsRsa256,
  flagVersions,
} from './ability-versions.ts'

/** Throws a TOOL_UNSUITED for each need that the tools at hand do not meet, at its place in the file. A need of a tool that is not used is no need. */
export function checkAbilities(
  tools: Readonly<Partial<Record<ToolName, Tool>>>,
  needs: readonly Need[],
): void {
  throwIfAny(
    needs.flatMap(need => {
      const tool = tools[need.tool]
      return tool === undefined || meets(tool, need) ? [] : [missing(tool, need)]
    }),
  )
}

/** How melange's index has to be signed for this apko: `as-is`, or again in the older form (`.SIGN.RSA.`, SHA-1) that alone it reads. */
export function readsIndexSignatures(
  apko: Pick<Tool, 'version'>,
  melange: Pick<Tool, 'version'>,
): 'as-is' | 'resign' {
  const newForm = isAtLeast(melange.version, firstMelangeThatSignsRsa256)
  return newForm && !isAtLeast(apko.version, firstApkoThatReadsRsa256) ? 'resign' : 'as-is'
}

function meets(tool: Tool, { ability }: Need): boolean {
  if ('flag' in ability) return takesFlag(tool, ability.flag)
  return isAtLeast(tool.version, featureVersions[ability.feature])
}

function missing({ name, version }: Tool, { ability, because }: Need): Failure {
  const since = 'flag' in ability ? flagVersions[`${name} ${ability.flag}`] : featureVersions[ability.feature]
  const what = 'flag' in ability ? `${ability.flag} in its build` : ability.feature
  const from = since === undefined ? '' : `; ${name} has it from ${since} on`
  return new Failure(
    'TOOL_UNSUITED',
    `${because.text} asks for ${what}, which ${name} ${version} does not know${from}`,
    {
      hint: since === undefined ? `Raise ${name}-version.` : `Raise ${name}-version to ${since} or newer.`,
      ...(because.at !== undefined && { at: because.at }),
    },
  )
}

/** A version that cannot be compared is a build of somebody's own, taken to be new. */
function isAtLeast(version: string, wanted: string): boolean {
  return semver.valid(version) === null || semver.gte(version, wanted)
}
