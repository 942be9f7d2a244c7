import { realpath } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import type { BuildWatch } from './build-watch.ts'
import { jsonOf, openEngine, type ContainerEngine } from './container-engine.ts'
import { removeTree } from './remove-tree.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

export interface Leftovers {
  /** TMPDIR of the build: workspaces and guests. */
  readonly temp: string
  /** The engine's address, for builds in docker. */
  readonly dockerHost: string | undefined
  readonly watch: BuildWatch
  /** Process id that melange had, when it is known. */
  readonly pid: number | undefined
}

/**
 * Removes what one build left, that build's alone: containers that mount its TMPDIR, images that its log names (or that bear
 * its process id), the TMPDIR. melange leaves an image after every build in docker, success included. Never fails; what
 * could not be removed is told.
 */
export async function sweep(left: Leftovers, ports: Pick<Ports, 'http' | 'log'>): Promise<void> {
  for (const again of [true, false]) {
    try {
      if (!(await sweepOnce(left, ports)))
        ports.log.info(`left in ${left.temp}: files of another user, made in docker`)
      return
    } catch (error) {
      // A cancel ends the connections, just once.
      if (again && error instanceof Failure && error.code === 'CANCELLED') continue
      ports.log.info(
        `could not sweep what a build left: ${error instanceof Error ? error.message : String(error)}`,
      )
      return
    }
  }
}

async function sweepOnce(
  { temp, dockerHost, watch, pid }: Leftovers,
  ports: Pick<Ports, 'http'>,
): Promise<boolean> {
  const engine = dockerHost === undefined ? undefined : openEngine(dockerHost, ports.http)
  if (engine === undefined) return removeTree(temp)
  await removeContainers(engine, temp)
  const images = await imagesOf(engine, watch, pid)
  const removed = (await removeTree(temp)) || (await removeAsRoot(engine, images[0], temp))
  for (const image of [...images, ...watch.cached]) await drop(engine, `/images/${image}`)
  return removed
}

async function removeContainers(engine: ContainerEngine, temp: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['dev.chainguard.melange=true'] }))
  const found = await jsonOf(await engine.send('GET', `/containers/json?all=1&filters=${filters}`))
  const real = await realpath(temp).catch(() => temp)
  const isOurs = (mount: unknown): boolean => {
    const source = isRecord(mount) ? textOr(mount['Source'], '') : ''
    return source.startsWith(`${temp}/`) || source.startsWith(`${real}/`)
  }
  for (const container of entriesOf(found)) {
    if (!isRecord(container) || !entriesOf(container['Mounts']).some(isOurs)) continue
    await drop(engine, `/containers/${textOr(container['Id'], '')}?force=1&v=1`)
  }
}

async function imagesOf(
  engine: ContainerEngine,
  watch: BuildWatch,
  pid: number | undefined,
): Promise<readonly string[]> {
  if (watch.images.length > 0 || pid === undefined) return watch.images
  const filters = encodeURIComponent(JSON.stringify({ reference: [`melange:${pid}-*`] }))
  const found = await jsonOf(await engine.send('GET', `/images/json?filters=${filters}`))
  return entriesOf(found)
    .flatMap(image => entriesOf(isRecord(image) ? image['RepoTags'] : undefined))
    .map(tag => textOr(tag, ''))
    .filter(tag => tag.startsWith(`melange:${pid}-`))
}

/** Files that a build in docker made belong to root; a container of the build's own image can remove them. */
async function removeAsRoot(
  engine: ContainerEngine,
  image: string | undefined,
  temp: string,
): Promise<boolean> {
  if (image === undefined) return false
  const made = await jsonOf(
    await engine.send('POST', '/containers/create', {
      Image: image,
      User: '0',
      Cmd: ['/bin/sh', '-c', 'rm -rf /sweep/*'],
      HostConfig: { Binds: [`${temp}:/sweep`], NetworkMode: 'none' },
    }),
  )
  const id = isRecord(made) ? textOr(made['Id'], '') : ''
  if (id === '') return false
  for (const step of ['start', 'wait']) await jsonOf(await engine.send('POST', `/containers/${id}/${step}`))
  await drop(engine, `/containers/${id}?force=1&v=1`)
  return removeTree(temp)
}

async function drop(engine: ContainerEngine, path: string): Promise<void> {
  const answer = await engine.send('DELETE', path)
  answer.body.resume()
}
