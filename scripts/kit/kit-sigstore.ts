import { join } from 'node:path'
import { forward } from '../../__tests__/support/sigstore/forward.ts'
import { listAt, textAt } from '../../__tests__/support/sigstore/json-fields.ts'
import { logFiles } from '../../__tests__/support/sigstore/log-files.ts'
import { fromPem } from '../../__tests__/support/sigstore/pem.ts'
import {
  logFolder,
  startRealServers,
  type ServerPrograms,
} from '../../__tests__/support/sigstore/real-servers.ts'
import { freePorts } from '../../__tests__/support/sigstore/server-process.ts'
import { routes } from '../../__tests__/support/sigstore/service.ts'
import { newSigningKey } from '../../__tests__/support/sigstore/signing-key.ts'
import { startSigstore, type Sigstore, type SigstoreOptions } from '../../__tests__/support/sigstore/start.ts'
import { trustedRoot } from '../../__tests__/support/sigstore/trusted-root.ts'
import { kitProgram, type GoProgram } from './kit-judges.ts'
import { watched, type Log } from './kit-progress.ts'

const servers: Readonly<Record<keyof ServerPrograms, GoProgram>> = {
  fulcio: {
    program: 'fulcio',
    version: '1.8.8',
    path: 'github.com/sigstore/fulcio',
    main: '.',
    expect: 'about 1 to 4 minutes',
  },
  rekor: {
    program: 'rekor-server-posix',
    version: '2.3.0',
    path: 'github.com/sigstore/rekor-tiles/v2',
    main: './cmd/rekor-server/posix',
    expect: 'about 1 to 3 minutes',
  },
  tsa: {
    program: 'timestamp-server',
    version: '2.1.2',
    path: 'github.com/sigstore/timestamp-authority/v2',
    main: './cmd/timestamp-server',
    expect: 'about 1 to 3 minutes',
  },
}

/** The real servers' programs, from the cache or built now from their modules, one after the other. */
export async function kitSigstore(log: Log): Promise<ServerPrograms> {
  const fulcio = await kitProgram(servers.fulcio, log)
  const rekor = await kitProgram(servers.rekor, log)
  return { fulcio, rekor, tsa: await kitProgram(servers.tsa, log) }
}

/** A Sigstore whose Fulcio, Rekor v2 and timestamp authority are real; `stop` and `close` are the same. */
export interface RealSigstore extends Sigstore {
  stop(): Promise<void>
}

/**
 * The stand-in with real servers behind the doors of Fulcio, Rekor v2 and the timestamp authority, so that journal, faults and
 * latency are there as well; the identity provider, the certificate log and Rekor v1 are our own. The folder gets the servers'
 * configuration, log and prints. Throws when a server does not come up.
 */
export async function startRealSigstore(
  folder: string,
  log: Log,
  options: SigstoreOptions = {},
): Promise<RealSigstore> {
  const programs = await kitSigstore(log)
  const [fulcio = 0, rekor = 0, tsa = 0] = await freePorts(3)
  const url = (port: number): string => `http://127.0.0.1:${port}`
  const rekor2 = routes({
    'GET /api/v2/.+': logFiles(join(folder, logFolder)),
    '.*': forward(url(rekor)),
  })
  const instead = { fulcio: forward(url(fulcio)), rekor2, tsa: forward(url(tsa)) }
  const own = await startSigstore({ ...options, instead })
  const stops = [() => own.close()]
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()?.()
  }
  try {
    const rekorKey = newSigningKey('Ed25519')
    const work = () =>
      startRealServers({
        programs,
        folder,
        ports: { fulcio, rekor, tsa },
        issuer: own.identity().issuer,
        certificateLog: { url: own.urls.ct, spki: own.trusted.certificateLog },
        rekorKey,
      })
    const running = await watched({ what: 'starting Sigstore', expect: 'about a second', log, work })
    stops.push(() => running.stop())
    const trusted = {
      ...own.trusted,
      fulcio: await fulcioChain(url(fulcio)),
      rekor2: rekorKey.spki,
      tsa: fromPem(await read(`${url(tsa)}/api/v1/timestamp/certchain`)),
    }
    return {
      ...own,
      trusted,
      trustedRoot: () => trustedRoot(trusted),
      stop,
      close: stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (failed) {
    await stop()
    throw failed
  }
}

async function fulcioChain(url: string): Promise<readonly Buffer[]> {
  const bundle: unknown = JSON.parse(await read(`${url}/api/v2/trustBundle`))
  const certificates = listAt(bundle, 'chains', 0, 'certificates')
  return certificates.flatMap((_, at) => fromPem(textAt(bundle, 'chains', 0, 'certificates', at)))
}

async function read(url: string): Promise<string> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return await answer.text()
}
