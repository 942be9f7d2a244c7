/** A request that fits GitHub's description of the operation. */
export interface Call {
  /** Parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body as JSON; undefined for bytes. */
  readonly body: Readonly<Record<string, unknown>>
  readonly bytes: Buffer
  /** The request broke off after so many bytes (a fault): what is left is the area's. */
  readonly isCut: boolean
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, or bytes as they are. */
  readonly body?: unknown
}

/** What the areas of the stand-in share. */
export interface Site {
  readonly owner: string
  readonly repo: string
  /** `http://127.0.0.1:40123` */
  readonly api: string
  readonly uploads: string
  /** Where people look: `https://github.com`. */
  readonly pages: string
  /** A number that nothing else has. */
  nextId(): number
  /** A second later than the last one, as GitHub writes times. */
  now(): string
}

export type Handler = (call: Call, site: Site) => Reply | Promise<Reply>

/** A part of GitHub: the operations it answers, by `METHOD /path/{of}/the/description`. */
export type Area = Readonly<Record<string, Handler>>

/** A refusal as GitHub words it. */
export function refused(status: number, message: string, errors?: readonly (object | string)[]): Reply {
  const documentation_url = 'https://docs.github.com/rest'
  return { status, body: { message, documentation_url, status: String(status), ...(errors && { errors }) } }
}

export const notFound = refused(404, 'Not Found')

/** One page of a list, and the way to the next. */
export function paged(items: readonly unknown[], { query }: Call, address: string): Reply {
  const size = Number(query.get('per_page') ?? 30)
  const page = Number(query.get('page') ?? 1)
  const body = items.slice((page - 1) * size, page * size)
  if (page * size >= items.length) return { status: 200, body }
  const next = new URL(address)
  for (const [name, value] of query) next.searchParams.set(name, value)
  next.searchParams.set('page', String(page + 1))
  return { status: 200, body, headers: { link: `<${next.href}>; rel="next", <${next.href}>; rel="last"` } }
}
