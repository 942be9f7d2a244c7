import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findDifference } from '../apko/image-difference.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { eachAlone, type Outcome } from '../domain/outcome.ts'
import type { World } from '../ports.ts'
import { makeImages, type ImagesWish, type MadeImage } from './make-images.ts'

/**
 * Builds images a second time, in other folders, and compares digests; answers what came of each, in their order.
 * One whose digest differs fails with NOT_REPRODUCIBLE, which names the first platform, layer and file that differ.
 */
export async function reproduceImages(
  made: readonly MadeImage[],
  wish: ImagesWish,
  world: World,
): Promise<readonly Outcome<MadeImage>[]> {
  const folder = join(world.machine.temp, 'reproduce')
  const plan = made.map(({ plan: each }) =>
    // What the first build wrote, the second is held to.
    each.lock?.mode === 'update' ? { ...each, lock: { ...each.lock, mode: 'use' as const } } : each,
  )
  const places = { output: join(folder, 'output'), scratch: join(folder, 'apko') }
  try {
    const again = await makeImages({ ...wish, ...places, plan }, world)
    const pairs = made.map((first, at) => ({ first, second: again[at] }))
    return await eachAlone(pairs, async ({ first, second }) => {
      if (second === undefined) throw new TypeError('fewer images were built again')
      if ('failures' in second) throwIfAny(second.failures)
      if ('value' in second) await compare(first, second.value, world)
      return first
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(first: MadeImage, second: MadeImage, { log }: World): Promise<void> {
  const { plan, built } = first
  const difference = await findDifference(built, second.built)
  if (difference === undefined) {
    log.info(`${plan.name}: a second build has the same digest, ${built.index.digest}`)
    return
  }
  throw new Failure(
    'NOT_REPRODUCIBLE',
    `${plan.name}: a second build of ${built.config} has another digest, ${second.built.index.digest}; it differs in ${difference}`,
    {
      at: plan.file.placeOf([]),
      hint: 'Look for what changes between builds: packages that a repository replaced in between (lock them with "lockfile"), or a step that writes times or random names.',
    },
  )
}
