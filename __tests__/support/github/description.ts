import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

type Tree = Readonly<Record<string, unknown>>
interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Tree
}
type Content = Readonly<Record<string, { readonly schema?: Tree }>>
interface Described {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly $ref: string } | { readonly content?: Content }>>
  readonly servers?: readonly unknown[]
}

/** One operation of GitHub's API, with checks made from its description; each answers what is wrong. */
export interface Operation {
  /** `GET /repos/{owner}/{repo}/releases` */
  readonly key: string
  /** The host of uploads takes it, and no other. */
  readonly isUpload: boolean
  match(path: string): Readonly<Record<string, string>> | undefined
  queryProblems(query: URLSearchParams): readonly string[]
  bodyProblems(type: string | undefined, body: unknown): readonly string[]
  answerProblems(status: number, body: unknown): readonly string[]
}

const description = JSON.parse(
  readFileSync(new URL('../../fixtures/github/openapi.json', import.meta.url), 'utf8'),
) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, validateFormats: true })
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
ajv.addFormat('uri', (text: string) => URL.canParse(text.replaceAll(/\{[^}]*\}/g, '')))
for (const format of ['email', 'int64', 'int32', 'binary', 'hostname', 'repo.nwo'])
  ajv.addFormat(format, true)
ajv.addSchema({ $id: 'github', components: description.components })

/** All that are described, those with the most literal path first. */
export const operations: readonly Operation[] = Object.entries(description.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => operation(path, method, described)),
  )
  .sort((one, other) => one.key.split('{').length - other.key.split('{').length)

function operation(path: string, method: string, described: Described): Operation {
  const { requestBody, responses, servers } = described
  const parameters = (described.parameters ?? []).map(each => resolve<Parameter>(each))
  const query = parameters.filter(each => each.in === 'query')
  const bodies = checks(requestBody?.content)
  const answers = new Map<string, ReturnType<typeof checks>>()
  const pattern = new RegExp(
    `^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'ref' ? `(?<ref>.+)` : `(?<${name}>[^/]+)`))}$`,
  )
  return {
    key: `${method.toUpperCase()} ${path}`,
    isUpload: servers !== undefined,
    match: asked => {
      const found = pattern.exec(asked)
      return found === null ? undefined : { ...found.groups }
    },
    queryProblems: given => [
      ...[...given.keys()]
        .filter(name => !query.some(each => each.name === name))
        .map(name => `?${name} is unknown`),
      ...query.flatMap(({ name, required, schema }) => {
        const value = given.get(name)
        if (value === null) return required ? [`?${name} is missing`] : []
        return problems(compiled(schema), typed(value, schema), `?${name}`)
      }),
    ],
    bodyProblems: (type, body) => {
      if (requestBody === undefined) return body === undefined ? [] : ['no body is expected']
      if (body === undefined) return requestBody.required ? ['a body is missing'] : []
      const json = bodies.get('application/json')
      if (json === undefined) return []
      if (type !== 'application/json') return [`content-type ${type}`]
      const schema = requestBody.content['application/json']?.schema
      return [...problems(json, body, 'body'), ...unknownIn(body, schema)]
    },
    answerProblems: (status, body) => {
      const response = responses[String(status)]
      if (response === undefined) return status < 400 ? [`answers no ${status}`] : []
      if (!answers.has(String(status)))
        answers.set(String(status), checks(resolve<{ content?: Content }>(response).content))
      const check = answers.get(String(status))?.get('application/json')
      return check === undefined || body === undefined ? [] : problems(check, body, 'our answer')
    },
  }
}

function resolve<T>(part: T | { readonly $ref: string }): T {
  if (typeof part !== 'object' || part === null || !('$ref' in part)) return part
  const [, , kind = '', name = ''] = part.$ref.split('/')
  return description.components[kind]?.[name] as T
}

function checks(content: Content = {}): ReadonlyMap<string, ValidateFunction> {
  return new Map(
    Object.entries(content).flatMap(([type, { schema }]) =>
      schema === undefined ? [] : [[type, compiled(schema)] as const],
    ),
  )
}

function compiled(schema: Tree): ValidateFunction {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"github#/components')) as Tree,
  )
}

function problems(check: ValidateFunction, value: unknown, where: string): readonly string[] {
  if (check(value)) return []
  return (check.errors ?? []).map(({ instancePath, message }) => `${where}${instancePath} ${message}`)
}

/** What is sent and nobody takes: GitHub leaves it out silently. */
function unknownIn(body: unknown, schema: Tree | undefined): readonly string[] {
  const known = schema?.['properties']
  if (typeof known !== 'object' || known === null || typeof body !== 'object' || body === null) return []
  return Object.keys(body)
    .filter(name => !(name in known))
    .map(name => `body/${name} is unknown`)
}

function typed(value: string, { type }: Tree): unknown {
  if (type === 'integer' || type === 'number') return /^\d+$/.test(value) ? Number(value) : value
  return type === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value
}
