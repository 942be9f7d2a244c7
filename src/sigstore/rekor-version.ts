import type { Ports } from '../ports.ts'
import { parseObject } from '../domain/json-object.ts'
import { call } from './call.ts'
import { garbled } from './service-failure.ts'
import type { Service } from './service.ts'
import { withoutStamps, type Services } from './services.ts'

type World = Pick<Ports, 'http' | 'patience' | 'clock'>

/** Services whose log is known to have the first or the second API. */
export interface SettledServices extends Services {
  readonly rekor?: { readonly url: string; readonly version: 1 | 2 } | undefined
}

/**
 * Finds out the version of the log where its address does not tell. Fails with INPUT_INVALID when certificates are used
 * (`cosignKey` is false) and nothing would stamp the time; else as {@link askRekorVersion}.
 */
export async function settleServices(
  services: Services,
  cosignKey: boolean,
  world: World,
): Promise<SettledServices> {
  const { rekor, ...others } = services
  if (rekor === undefined) return others
  const { url, version } = rekor
  const settled = version === 'unknown' ? await askRekorVersion(url, world) : version
  if (settled === 2 && services.tsa === undefined && !cosignKey) throw withoutStamps(url)
  return { ...others, rekor: { url, version: settled } }
}

/**
 * Asks a log which API it has: one of the first answers with the state of its tree, one of the second has no such path.
 * Fails with SIGNING_FAILED when it is down for longer than the deadline, or no log.
 */
export async function askRekorVersion(url: string, world: World): Promise<1 | 2> {
  const service: Service = { name: 'Rekor', url }
  return world.patience.retry('Rekor version', async tries => {
    const { status, body } = await call(
      service,
      { method: 'GET', url: `${url}/api/v1/log`, idleTimeout: 10_000, taken: [404, 405, 501] },
      world,
    )
    if (status !== 200) return 2
    if (parseObject(body.toString('utf8'))?.['treeSize'] === undefined) {
      throw garbled(service, 'the state of a log', tries)
    }
    return 1
  })
}
