import type { HttpRequest, Ports } from '../ports.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { readBody, wordsOf } from './answer.ts'
import type { Service } from './service.ts'
import { named, refused } from './service-failure.ts'

export interface Answer {
  readonly status: number
  readonly body: Buffer
}

/**
 * One request to a service, its answer read whole. Statuses in `taken` and all 2xx are answered, others thrown as
 * SIGNING_FAILED (Transient where it may pass); so is a service that cannot be reached.
 */
export async function call(
  service: Service,
  request: HttpRequest & { readonly taken?: readonly number[] },
  { http, clock }: Pick<Ports, 'http' | 'clock'>,
): Promise<Answer> {
  const { taken = [], ...sent } = request
  try {
    const response = await http.send(sent)
    const { status, headers } = response
    const body = await readBody(response)
    if ((status >= 200 && status < 300) || taken.includes(status)) return { status, body }
    throw refused({
      service,
      status,
      text: wordsOf(body),
      retryAfter: parseRetryAfter(headers['retry-after'], clock.now()),
    })
  } catch (error) {
    throw named(error, service)
  }
}
