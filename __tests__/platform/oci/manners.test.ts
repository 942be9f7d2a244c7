import { expect, it } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import type { Credentials } from '../../../src/oci/credentials.ts'
import { pushImage } from '../../../src/oci/push.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openRepository } from '../../../src/oci/registry-client.ts'
import { writeLayout } from '../../support/image-layout.ts'
import { networkPorts } from '../../support/network-ports.ts'
import type { MannerName } from '../../support/registry/manners.ts'
import { namedHosts } from '../../support/registry/named-host.ts'
import { startRegistry } from '../../support/registry/registry.ts'
import { setTags } from '../../support/set-tags.ts'

const users = {
  writes: { login: 'octo', scopes: ['read:packages', 'write:packages'] },
  job: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages', 'write:packages'] },
  reads: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages'] },
} as const
const packages = {
  'octo/demo': { owner: 'octo', visibility: 'private', repositories: ['octo/demo'] },
  'octo/other': { owner: 'octo', visibility: 'public', repositories: ['octo/other'] },
} as const

type Place = readonly [MannerName, host: string, api: string]
const ghcr: Place = ['ghcr', 'ghcr.io', 'ghcr.io']
const hub: Place = ['Docker Hub', 'docker.io', 'registry-1.docker.io']
const ecr: Place = [
  'ECR',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
]
const quay: Place = ['Quay', 'quay.io', 'quay.io']
const harbor: Place = ['Harbor', 'harbor.example', 'harbor.example']
const gitlab: Place = ['GitLab', 'registry.gitlab.com', 'registry.gitlab.com']
const ofGhcr = (manner: MannerName): Place => [manner, 'ghcr.io', 'ghcr.io']

async function openPlace([manner, host, api]: Place) {
  const registry = await startRegistry({ manner, users, packages })
  const real = networkPorts({ deadline: 0 })
  const ports = { ...real, http: namedHosts(real.http, { [api]: registry.host }) }
  const login = (path: string, password: string | undefined, username = 'octo') => {
    const credentials: Credentials =
      password === undefined ? { kind: 'none' } : { kind: 'password', username, password }
    return { repository: parseRepository(`${host}/${path}`), credentials }
  }
  const end = async () => {
    await real[Symbol.asyncDispose]()
    await registry.close()
  }
  return { registry, ports, login, [Symbol.asyncDispose]: end }
}

it.each([ghcr, hub, ecr, quay, harbor, gitlab])('%s takes a push, by %s', async (...place) => {
  await using scene = await openPlace(place)
  await using layout = await writeLayout()
  const username = { ECR: 'AWS', Quay: 'octo+robot', Harbor: 'robot$octo+ci' }[place[0] as string] ?? 'octo'
  const request = scene.login('octo/demo', 'writes', username)
  await openRepository(request, scene.ports).provePush()
  const { digest } = await pushImage({ ...request, layout: layout.folder, index: layout.index }, scene.ports)
  expect(await setTags({ ...request, digest, tags: ['1.0.0'] }, scene.ports)).toEqual({
    named: ['1.0.0'],
    left: [],
  })
  expect(scene.registry.tagsOf('octo/demo').get('1.0.0')).toBe(digest)
})

it.each<[Place, path: string, password: string | undefined, message: RegExp, hint: RegExp]>([
  [ghcr, 'octo/demo', undefined, /ghcr\.io asks who you are/, /github\.token.*"packages: write"/],
  [
    ghcr,
    'octo/demo',
    'bad',
    /does not accept the login of "octo": DENIED$/,
    /expired, mistyped or of another kind/,
  ],
  [
    ghcr,
    'octo/new',
    'reads',
    /permission_denied: create_package/,
    /^Add "packages: write".*does not exist yet/,
  ],
  [
    ghcr,
    'octo/demo',
    'reads',
    /permission_denied: write_package/,
    /^Add "packages: write".*If it is there.*"Manage Actions access"/,
  ],
  [
    ghcr,
    'octo/other',
    'job',
    /permission_denied: write_package/,
    /^The job may write other packages.*"Manage Actions access", add this repository with the role Write/,
  ],
  [
    ghcr,
    'stranger/new',
    'job',
    /permission_denied: create_package/,
    /the owner in stranger\/new has to be yours/,
  ],
  [
    ofGhcr('ghcr, a package of an organisation'),
    'octo/new',
    'reads',
    /not allowed to Create organization package/,
    /^Add "packages: write".*octo does not let workflows.*"Package creation".*"Workflow permissions"/,
  ],
  [
    ofGhcr('ghcr, a package of an organisation'),
    'octo/other',
    'job',
    /not allowed to Write organization package/,
    /^Add "packages: write".*If it is there, the organisation octo/,
  ],
  [
    ofGhcr('ghcr, a token without the scope'),
    'octo/demo',
    'reads',
    /does not match expected scopes/,
    /lacks the scope write:packages.*classic personal access token/,
  ],
  [
    ofGhcr('ghcr, single sign-on'),
    'octo/demo',
    'reads',
    /SAML enforcement/,
    /octo wants single sign-on.*"Configure SSO"/,
  ],
  [
    ofGhcr('ghcr, an expired token'),
    'octo/demo',
    'bad',
    /does not accept the login of "octo": unauthenticated: User cannot/,
    /expired, revoked or mistyped/,
  ],
  [
    hub,
    'octo/demo',
    'bad',
    /docker\.io does not accept the login of "octo": incorrect username or password/,
    /expired, mistyped/,
  ],
  [
    hub,
    'octo/demo',
    'reads',
    /may not push to docker\.io\/octo\/demo: requested access to the resource is denied/,
    /member who may write.*"Read & Write"/,
  ],
  [
    ecr,
    'octo/new',
    'writes',
    /begin an upload to .*\/octo\/new: the registry answered 404: The repository with name/,
    /^Create the repository octo\/new on .*it does not make repositories by itself/,
  ],
  [ecr, 'octo/demo', 'bad', /authorization token has expired/, /end after 12 hours.*amazon-ecr-login/],
  [ecr, 'octo/demo', 'reads', /not authorized to perform: ecr:InitiateLayerUpload/, /ecr:PutImage|PutImage/],
  [
    quay,
    'octo/demo',
    'reads',
    /access to the requested resource is not authorized/,
    /^Create the repository octo\/demo on quay\.io.*"owner\+name".*Write/,
  ],
  [
    quay,
    'octo/demo',
    'bad',
    /does not accept the login of "octo": Invalid Username or Password/,
    /expired, mistyped/,
  ],
  [
    harbor,
    'octo/demo',
    'reads',
    /unauthorized to access repository: octo\/demo, action: push/,
    /^Create the project octo.*role Developer.*"robot\$/,
  ],
  [
    harbor,
    'octo/new',
    'writes',
    /answered 404: project octo not found/,
    /^Create the project octo on harbor\.example/,
  ],
  [gitlab, 'octo/demo', 'reads', /access forbidden/, /path of a project.*write_registry/],
  [gitlab, 'octo/demo', 'bad', /HTTP Basic: Access denied/, /expired, mistyped/],
])('%s: push to %s with the login %s', async (place, path, password, message, hint) => {
  await using scene = await openPlace(place)
  const repository = openRepository(scene.login(path, password), scene.ports)
  const failure = await repository.provePush().then(
    () => undefined,
    (error: Failure) => error,
  )
  expect(failure?.message).toMatch(message)
  expect(failure?.hint).toMatch(hint)
  expect(['REGISTRY_DENIED', 'REGISTRY_FAILED']).toContain(failure?.code)
  expect(`${failure?.message}${failure?.hint}`).not.toContain(
    Buffer.from(`octo:${password}`).toString('base64'),
  )
  expect(scene.registry.tagsOf(path).size).toBe(0)
})

it('probes a refused package with one upload beside it, and leaves no package behind', async () => {
  await using scene = await openPlace(ghcr)
  await expect(openRepository(scene.login('octo/other', 'job'), scene.ports).provePush()).rejects.toThrow(
    'write_package',
  )
  const uploads = scene.registry.journal.filter(({ method, status }) => method === 'POST' && status !== 401)
  expect(uploads.map(({ path, status }) => [path, status])).toEqual([
    ['/v2/octo/other/blobs/uploads/', 403],
    ['/v2/octo/other-permission-probe/blobs/uploads/', 202],
  ])
  expect([...scene.registry.packages.keys()]).toEqual(Object.keys(packages))
})
