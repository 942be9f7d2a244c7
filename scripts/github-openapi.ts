import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Cuts the operations that the stand-in for GitHub answers out of GitHub's own OpenAPI description, as plain JSON Schema:
 *   node scripts/github-openapi.ts api.github.com.json
 * The description is in the npm package @octokit/openapi, folder `generated`. References are kept; texts and examples are not.
 */
const repo = '/repos/{owner}/{repo}'
const packages = (owner: string): readonly string[] => {
  const one = `${owner}/packages/{package_type}/{package_name}`
  return [
    `get ${owner}/packages`,
    `get ${one}`,
    `delete ${one}`,
    `get ${one}/versions`,
    `get ${one}/versions/{package_version_id}`,
    `delete ${one}/versions/{package_version_id}`,
    `post ${one}/versions/{package_version_id}/restore`,
  ]
}
const operations = [
  `get ${repo}`,
  `get ${repo}/git/ref/{ref}`,
  `get ${repo}/git/matching-refs/{ref}`,
  `post ${repo}/git/refs`,
  `patch ${repo}/git/refs/{ref}`,
  `delete ${repo}/git/refs/{ref}`,
  `get ${repo}/git/tags/{tag_sha}`,
  `post ${repo}/git/tags`,
  `get ${repo}/commits/{ref}`,
  `get ${repo}/commits`,
  `get ${repo}/compare/{basehead}`,
  `get ${repo}/releases`,
  `post ${repo}/releases`,
  `get ${repo}/releases/latest`,
  `get ${repo}/releases/tags/{tag}`,
  `post ${repo}/releases/generate-notes`,
  `get ${repo}/releases/{release_id}`,
  `patch ${repo}/releases/{release_id}`,
  `delete ${repo}/releases/{release_id}`,
  `get ${repo}/releases/{release_id}/assets`,
  `post ${repo}/releases/{release_id}/assets`,
  `get ${repo}/releases/assets/{asset_id}`,
  `patch ${repo}/releases/assets/{asset_id}`,
  `delete ${repo}/releases/assets/{asset_id}`,
  `get ${repo}/immutable-releases`,
  `get ${repo}/rules/branches/{branch}`,
  `get ${repo}/rulesets`,
  `get ${repo}/rulesets/{ruleset_id}`,
  `post ${repo}/code-scanning/sarifs`,
  `get ${repo}/code-scanning/sarifs/{sarif_id}`,
  `post ${repo}/attestations`,
  `get ${repo}/attestations/{subject_digest}`,
  'get /orgs/{org}',
  'get /users/{username}',
  'get /user',
  ...packages('/orgs/{org}'),
  ...packages('/users/{username}'),
  ...packages('/user'),
]

type Tree = Record<string, unknown>
const target = new URL('../__tests__/fixtures/github/openapi.json', import.meta.url)
const source = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Tree>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
const texts = new Set(['description', 'summary', 'title', 'externalDocs', 'example', 'examples', 'tags'])
const kept: Record<string, Record<string, unknown>> = {}

const asTree = (value: unknown): Tree | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined

/** `inNames`: the keys are names that people chose (`properties`), not words of the schema language. */
function plain(value: unknown, inNames = false): unknown {
  if (Array.isArray(value)) return value.map(each => plain(each))
  const tree = asTree(value)
  if (tree === undefined) return value
  const isText = (key: string): boolean => !inNames && (texts.has(key) || key.startsWith('x-'))
  const entries = Object.entries(tree).flatMap(([key, each]) =>
    isText(key) || (key === 'nullable' && !inNames)
      ? []
      : [[key, plain(each, !inNames && ['properties', 'responses', 'headers'].includes(key))] as const],
  )
  const schema = Object.fromEntries(entries)
  return tree['nullable'] === true && !inNames ? orNull(schema) : schema
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema has a type of its own. */
function orNull(schema: Tree): Tree {
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = Array.isArray(schema['enum']) ? { enum: [...schema['enum'], null] } : {}
  return { ...schema, ...values, type: [schema['type'], 'null'] }
}

function keep(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(keep)
  const tree = asTree(value)
  if (tree === undefined) return
  const [, , kind, name] = typeof tree['$ref'] === 'string' ? tree['$ref'].split('/') : []
  if (kind !== undefined && name !== undefined && kept[kind]?.[name] === undefined) {
    const part = plain(source.components[kind]?.[name])
    kept[kind] = { ...kept[kind], [name]: part }
    keep(part)
  }
  Object.values(tree).forEach(keep)
}

const paths: Record<string, Tree> = {}
for (const each of operations) {
  const [method = '', path = ''] = each.split(' ')
  const found = source.paths[path]?.[method]
  if (found === undefined) throw new Error(`GitHub has no ${each}`)
  const { parameters, requestBody, responses, servers } = found
  const operation = plain({ parameters, requestBody, responses, servers })
  paths[path] = { ...paths[path], [method]: operation }
  keep(operation)
}
/** Named by the text of "Upload a release asset" (what is left of an upload that broke), not by the schema. */
const state = asTree(asTree(asTree(kept['schemas']?.['release-asset'])?.['properties'])?.['state'])
if (!Array.isArray(state?.['enum'])) throw new Error('the state of an asset is described elsewhere now')
state['enum'].push('starter')
writeFileSync(target, `${JSON.stringify({ version: source.info.version, paths, components: kept })}\n`)
