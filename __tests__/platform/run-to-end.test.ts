import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('comes to its end when nobody reads what it says any more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deaf-'))
  try {
    const [entry, ended] = [join(folder, 'entry.ts'), join(folder, 'ended')]
    const source = (path: string): string => JSON.stringify(join(import.meta.dirname, '../../src', path))
    await writeFile(
      entry,
      `import { writeFileSync } from 'node:fs'
import { runToEnd } from ${source('platform/run-to-end.ts')}
import { runnerSurface } from ${source('platform/surface-runner.ts')}
await runToEnd(runnerSurface(), async ({ log }) => {
  await new Promise(resolve => process.stdin.once('data', resolve))
  for (let at = 0; at < 10; at += 1) {
    log.info('is anybody there?')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
})
writeFileSync(${JSON.stringify(ended)}, '')
process.stdin.destroy()
`,
    )
    const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.stdout.destroy()
    child.stdin.write('go\n')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(existsSync(ended)).toBe(true)
  } finally {
    await rm(folder, { recursive: true })
  }
})
