import { homedir } from 'node:os'
import { afterEach, expect, it, vi } from 'vitest'
import { cacheFolder, toolCacheFolder } from '../../src/platform/machine.ts'

afterEach(() => void vi.unstubAllEnvs())

it.each([
  [undefined, `${homedir()}/.cache`],
  ['', `${homedir()}/.cache`],
  ['relative/cache', `${homedir()}/.cache`],
  ['/absolute/cache', '/absolute/cache'],
])('takes the user’s cache folder from XDG_CACHE_HOME=%s where it is absolute', (named, folder) => {
  for (const name of ['RUNNER_TEMP', 'RUNNER_TOOL_CACHE']) vi.stubEnv(name, undefined)
  vi.stubEnv('XDG_CACHE_HOME', named)
  expect(cacheFolder()).toBe(`${folder}/giropops-build/cache`)
  expect(toolCacheFolder()).toBe(`${folder}/giropops-build/tools`)
})
