import { openDoor, type Door } from './door.ts'
import { Faults } from './faults.ts'
import { Journal } from './journal.ts'
import { services, type Handler, type Service } from './service.ts'

export interface DoorsOptions {
  /** Milliseconds before each call is acted on: of all services, or of each. */
  readonly latency?: number | Partial<Record<Service, number>>
  /** Bytes of a request's body beyond which a service answers 413. */
  readonly limits?: Partial<Record<Service, number>>
  readonly ports?: Partial<Record<Service, number>>
}

/** Every service on a port of its own, with one journal and one set of faults. */
export interface Doors {
  readonly urls: Readonly<Record<Service, string>>
  readonly faults: Faults
  readonly journal: Journal
  /** Refuses connections to the service until the answered function is called. */
  refuse(service: Service): Promise<() => Promise<void>>
  close(): Promise<void>
}

export async function openDoors(
  handlers: Readonly<Record<Service, Handler>>,
  { latency = 0, limits = {}, ports = {} }: DoorsOptions,
): Promise<Doors> {
  const [faults, journal] = [new Faults(), new Journal()]
  const open = async (service: Service): Promise<[Service, Door]> => {
    const wait = typeof latency === 'number' ? latency : (latency[service] ?? 0)
    const [limit, port] = [limits[service], ports[service] ?? 0]
    const options = { faults, journal, latency: wait, port, ...(limit === undefined ? {} : { limit }) }
    return [service, await openDoor(service, handlers[service], options)]
  }
  const doors = Object.fromEntries(await Promise.all(services.map(open))) as Record<Service, Door>
  const { oidc, fulcio, ct, rekor, rekor2, tsa } = doors
  return {
    urls: {
      oidc: oidc.url,
      fulcio: fulcio.url,
      ct: ct.url,
      rekor: rekor.url,
      rekor2: rekor2.url,
      tsa: tsa.url,
    },
    faults,
    journal,
    refuse: service => doors[service].refuse(),
    close: async () => {
      await Promise.all(services.map(service => doors[service].close()))
    },
  }
}
