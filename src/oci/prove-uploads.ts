import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import { placeOf, urlOf } from './access.ts'
import { readComplaint } from './complaint.ts'
import { findCure, ofAnother } from './denial-cures.ts'
import { permissionMissing } from './denial.ts'
import { judge } from './registry-failure.ts'
import { openSession, type RegistrySession } from './registry-session.ts'
import { nextUrl } from './upload-place.ts'

/** Milliseconds that a registry gets to say that an upload is given up. */
const leaveTimeout = 5_000

/**
 * Proves the right to push by an upload that is begun and left, so that nothing is built in vain. Repeats while that may help.
 * Fails as an upload does. Where GitHub refuses a package that exists, the same is tried with one that does not: when that may be
 * made, the job's permissions are right and the package's are not.
 */
export function proveUploads(session: RegistrySession): Promise<void> {
  const { access, ports } = session
  const doing = `begin an upload to ${placeOf(access)}`
  return ports.patience.retry(doing, async () => {
    const response = await begin(session)
    if (response.status === 202) return leave(session, response)
    const complaint = await readComplaint(response)
    const cure = findCure(access, complaint)
    if (cure?.cause === 'no permission for the package' && (await mayWriteOthers(session))) {
      const hint = `The job may write other packages of this owner, so its permissions are right: ${ofAnother(access)}`
      throw permissionMissing(access, complaint, hint)
    }
    throw judge(response, complaint, { doing, access, now: ports.clock.now() })
  })
}

async function begin(session: RegistrySession): Promise<HttpResponse> {
  const response = await session.send({
    method: 'POST',
    url: urlOf(session.access, 'blobs/uploads/'),
    headers: { 'content-length': '0' },
  })
  if (response.status === 202) response.body.resume()
  return response
}

/** Registries drop what is never finished, so that it does not matter what they say to this. */
async function leave(session: RegistrySession, response: HttpResponse): Promise<void> {
  const url = nextUrl(session, response)
  await session.send({ method: 'DELETE', url, idleTimeout: leaveTimeout }).then(
    left => void left.body.resume(),
    () => {},
  )
}

/** Whether an upload can be begun to a name beside this one that nobody has. An upload alone makes no package. */
async function mayWriteOthers({ access, ports }: RegistrySession): Promise<boolean> {
  const repository = { ...access.repository, path: `${access.repository.path}-permission-probe` }
  const session = openSession({ ...access, repository }, ports)
  try {
    const response = await begin(session)
    if (response.status !== 202) {
      response.body.resume()
      return false
    }
    await leave(session, response)
    return true
  } catch (error) {
    if (error instanceof Failure || error instanceof Transient) return false
    throw error
  }
}
