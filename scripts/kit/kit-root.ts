import { findProgram, run } from './kit-run.ts'

/** Runs programs as root, or is undefined where we neither are root nor may become it without a password. */
export type AsRoot = typeof run | undefined

export async function findRoot(): Promise<AsRoot> {
  if (process.getuid?.() === 0) return run
  const sudo = findProgram('sudo')
  const may = sudo !== undefined && (await run(sudo, ['-n', 'true']).then(Boolean, () => false))
  return may ? (tool, args, options) => run(sudo, ['-n', tool, ...args], options) : undefined
}
