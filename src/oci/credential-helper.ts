import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import { invalidCredentials, type Credentials } from './credentials.ts'

export interface HelperQuestion {
  /** Last part of the program's name: `docker-credential-<name>`. */
  readonly name: string
  /** What it is asked about, as the config names it. */
  readonly server: string
  /** File and key that named the helper, for messages. */
  readonly file: string
  readonly key: string
}

/** Milliseconds for the answer: it may ask a cloud, or somebody for a passphrase. */
const timeLimit = 5 * 60_000

/**
 * Asks a docker credential helper (`get`, the server on its standard input). Undefined when it knows none.
 * Fails with CREDENTIALS_INVALID when it is missing, fails or answers something else; its output is never shown.
 */
export async function askCredentialHelper(
  question: HelperQuestion,
  ports: Pick<Ports, 'processes'>,
): Promise<Credentials | undefined> {
  const { name, server, file, key } = question
  if (!/^[\w][\w.-]*$/.test(name))
    throw invalidCredentials(file, `${key} is not the name of a credential helper`)
  const tool = `docker-credential-${name}`
  const finished = await ports.processes
    .ask({ tool, args: ['get'], input: server, timeLimit })
    .catch((error: unknown) => {
      if (!(error instanceof Failure) || error.code !== 'TOOL_MISSING') throw error
      throw invalidCredentials(
        file,
        `${key} names ${tool}, and there is no such program`,
        `Install ${tool}, or give the inputs username and token.`,
      )
    })
  if (finished.code !== 0) {
    if (/credentials not found/i.test(finished.stdout + finished.stderr)) return undefined
    throw invalidCredentials(
      file,
      `${tool}, named by ${key}, ended with ${finished.code} when asked about ${server}`,
      `Run: echo ${server} | ${tool} get`,
    )
  }
  const answer = parseAnswer(finished.stdout)
  if (answer === undefined) {
    throw invalidCredentials(file, `${tool}, named by ${key}, answered something that is not a login`)
  }
  if (answer.secret === '') return undefined
  return answer.username === '<token>'
    ? { kind: 'identity-token', token: answer.secret }
    : { kind: 'password', username: answer.username, password: answer.secret }
}

function parseAnswer(text: string): { readonly username: string; readonly secret: string } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('Username' in value) || !('Secret' in value))
      return undefined
    const { Username: username, Secret: secret } = value
    return typeof username === 'string' && typeof secret === 'string' ? { username, secret } : undefined
  } catch {
    return undefined
  }
}
