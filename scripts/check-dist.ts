/** Builds dist/ again and compares it with what git has; a difference means that somebody forgot to build. */
import { execFileSync } from 'node:child_process'

execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' })
const changed = execFileSync('git', ['status', '--porcelain', '--', 'dist'], { encoding: 'utf8' })
if (changed !== '') {
  console.error(`dist/ is not what the sources build; run npm run build and commit:\n${changed}`)
  process.exitCode = 1
}
