import { describe, expect, it } from 'vitest'
import { Failures } from '../../../src/domain/failures.ts'
import type { Need } from '../../../src/domain/need.ts'
import type { Tool, ToolName } from '../../../src/domain/tool.ts'
import { checkAbilities, readsIndexSignatures } from '../../../src/tools/abilities.ts'

function tool(name: ToolName, version: string, flags: readonly string[] = []): Tool {
  return { name, version, path: `/${name}`, sha256: '', source: 'cache', flags: new Set(flags) }
}

const at = { file: 'apko.yaml', line: 7, column: 1 }
const layering: Need = { tool: 'apko', ability: { feature: 'layering' }, because: { text: 'apko.yaml', at } }
const lockfile: Need = {
  tool: 'apko',
  ability: { flag: '--lockfile' },
  because: { text: 'input "lockfile"' },
}

describe('checkAbilities', () => {
  it.each(['0.26.0', '1.2.39', 'devel'])('lets apko %s have layering', version => {
    expect(() => checkAbilities({ apko: tool('apko', version) }, [layering])).not.toThrow()
  })

  it.each(['0.14.7', '0.25.9'])('names the place that asks apko %s for layering', version => {
    expect(() => checkAbilities({ apko: tool('apko', version) }, [layering])).toThrow(
      expect.objectContaining({
        code: 'TOOL_UNSUITED',
        message: `apko.yaml asks for layering, which apko ${version} does not know; apko has it from 0.26.0 on`,
        hint: 'Raise apko-version to 0.26.0 or newer.',
        at,
      }),
    )
  })

  it.each([
    ['contents.baseimage', '0.14.1', '0.13.1'],
    ['contents.build_repositories', '0.15.0', '0.14.7'],
    ['contents.runtime_repositories', '0.30.2', '0.30.1'],
    ['certificates', '0.30.30', '0.30.29'],
    ['certificates.providers', '1.1.14', '1.1.13'],
    ['contents.runtime_keyring', '1.2.23', '1.2.22'],
    ['format', '1.2.38', '1.2.37'],
  ] as const)('%s is there from apko %s on', (feature, since, before) => {
    const need: Need = { tool: 'apko', ability: { feature }, because: { text: 'apko.yaml' } }
    expect(() => checkAbilities({ apko: tool('apko', since) }, [need])).not.toThrow()
    expect(() => checkAbilities({ apko: tool('apko', before) }, [need])).toThrow(`from ${since} on`)
  })

  it('asks the flags of the tool, not its version', () => {
    expect(() => checkAbilities({ apko: tool('apko', '0.1.0', ['--lockfile']) }, [lockfile])).not.toThrow()
    expect(() => checkAbilities({ apko: tool('apko', '1.2.39') }, [lockfile])).toThrow(
      expect.objectContaining({
        message:
          'input "lockfile" asks for --lockfile in its build, which apko 1.2.39 does not know; apko has it from 0.13.0 on',
        at: undefined,
      }),
    )
  })

  it('names no version that it does not know', () => {
    const need: Need = { tool: 'melange', ability: { flag: '--new' }, because: { text: 'melange-args' } }
    expect(() => checkAbilities({ melange: tool('melange', '0.56.5') }, [need])).toThrow(
      expect.objectContaining({
        message: 'melange-args asks for --new in its build, which melange 0.56.5 does not know',
        hint: 'Raise melange-version.',
      }),
    )
  })

  it('tells all at once', () => {
    const check = (): void => checkAbilities({ apko: tool('apko', '0.14.7') }, [layering, lockfile])
    expect(check).toThrow(Failures)
    expect(check).toThrow(expect.objectContaining({ all: [expect.anything(), expect.anything()] }))
  })

  it('passes over needs of a tool that is not used', () => {
    expect(() => checkAbilities({ melange: tool('melange', '0.56.5') }, [layering])).not.toThrow()
  })
})

describe('readsIndexSignatures', () => {
  it.each([
    ['0.14.7', '0.56.5', 'resign'],
    ['0.17.9', '0.18.0', 'resign'],
    ['0.14.7', '0.17.7', 'as-is'],
    ['0.14.7', '0.11.6', 'as-is'],
    ['0.18.0', '0.56.5', 'as-is'],
    ['1.2.39', '0.58.0', 'as-is'],
    ['0.14.7', 'devel', 'resign'],
    ['devel', '0.56.5', 'as-is'],
  ] as const)('apko %s with melange %s: %s', (apko, melange, expected) => {
    expect(readsIndexSignatures(tool('apko', apko), tool('melange', melange))).toBe(expected)
  })
})
