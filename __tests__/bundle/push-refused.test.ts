import { describe, expect, it } from 'vitest'
import { expectFailure, type SeenFailure } from '../support/bundle/failures.ts'
import { jobToken, readToken, startJobRegistry, type JobRegistry } from '../support/bundle/job-registry.ts'
import { openScene } from '../support/bundle/scene.ts'
import type { Fault } from '../support/registry/faults.ts'
import type { RegistryOptions } from '../support/registry/registry.ts'

interface Setting {
  readonly inputs?: Readonly<Record<string, string>>
  readonly registry?: RegistryOptions
  readonly faults?: readonly Fault[]
}

/** What is told when an image cannot be pushed; no tag is there then, and no secret in the log. */
async function refused(setting: Setting): Promise<{ failure: SeenFailure; registry: JobRegistry }> {
  await using scene = await openScene({ files: { 'apko.yaml': 'contents:\n  packages: [busybox]\n' } })
  await using registry = await startJobRegistry(setting.registry, setting.faults)
  const result = await scene.step('image', { ...registry.inputs, deadline: '200ms', ...setting.inputs })
  const { at, code, text } = await expectFailure(scene, result)
  expect(registry.tags).toEqual([])
  const shown = result.raw.split('\n').filter(line => !line.startsWith('::add-mask::'))
  for (const secret of [jobToken, readToken]) expect(shown.join('\n')).not.toContain(secret)
  const named = text
    .replaceAll('<host>', '<registry>')
    .replaceAll(/(manifest|blob) (?:sha256:)?<(?:digest|sha256)>/g, '$1 <digest>')
  return { failure: { at, code, text: named }, registry }
}

const endlessly = Number.MAX_SAFE_INTEGER

describe('a login that', () => {
  it('was not given', async () => {
    const { failure } = await refused({ inputs: { username: '', token: '' } })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_DENIED",
        "text": "<registry> asks who you are, and no login for it was given or found
      Give the inputs username and token, or log in to <registry> before (docker/login-action in a workflow, docker login <registry> elsewhere).",
      }
    `)
  })
  it('is not known', async () => {
    const { failure } = await refused({ inputs: { token: 'ghs_EXPIRED' } })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_DENIED",
        "text": "<registry> does not accept the login of "octo": DENIED
      The password or token is expired, mistyped or for another registry.",
      }
    `)
  })
  it('may not create the package', async () => {
    const { failure } = await refused({ inputs: { token: readToken } })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_DENIED",
        "text": "the login may not push to <registry>/octo/senhas: permission_denied: create_package
      Add "packages: write" to the job's permissions; a personal token needs the scope write:packages. The package does not exist yet: the owner in octo/senhas has to be yours, and an organisation has to let its members create packages.",
      }
    `)
  })
  it('may not write to the package of another repository', async () => {
    const other = { owner: 'octo', visibility: 'public', repositories: ['octo/other'] } as const
    const { failure } = await refused({ registry: { packages: { 'octo/senhas': other } } })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_DENIED",
        "text": "the login may not push to <registry>/octo/senhas: permission_denied: write_package
      The job may write other packages of this owner, so its permissions are right: the package belongs to another repository or was first pushed by hand: in the package's settings, under "Manage Actions access", add this repository with the role Write.",
      }
    `)
  })
})

describe('a registry that', () => {
  it('is not well for ever', async () => {
    const { failure, registry } = await refused({
      faults: [{ match: /^POST/, action: { kind: 'answer', status: 500 }, times: endlessly }],
    })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_FAILED",
        "text": "begin an upload to <registry>/octo/senhas: the registry answered 500
      <registry> was not well for as long as we waited; run it again later.",
      }
    `)
    expect(registry.journal.filter(({ method }) => method === 'PUT')).toEqual([])
  })
  it('wants us to wait for longer than we do', async () => {
    const headers = { 'retry-after': '3600' }
    const { failure } = await refused({
      faults: [{ match: /^PUT .*\/manifests\/sha256/, action: { kind: 'answer', status: 429, headers } }],
    })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_FAILED",
        "text": "put <registry>/octo/senhas@sha256:<sha256>: the registry answered 429
      <registry> was not well for as long as we waited; run it again later.",
      }
    `)
  })
  it('gives back other bytes than it was given', async () => {
    const { failure } = await refused({
      faults: [
        {
          match: /^GET .*\/manifests\/sha256/,
          action: { kind: 'rewrite', change: answer => ({ ...answer, body: `${String(answer.body)}\n` }) },
        },
      ],
    })
    expect({
      ...failure,
      text: failure.text.replaceAll(/sha256:<sha256>/g, '<digest>'),
    }).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "REGISTRY_MISMATCH",
        "text": "<registry> does not give back what was put at <registry>/octo/senhas@<digest>: it shows bytes of <digest> as <digest>
      Is a proxy or cache between here and <registry>, or did another job push at the same time?",
      }
    `)
  })
  it('refuses the tag when all else is there', async () => {
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'the tag is immutable' }] })
    const { failure } = await refused({
      faults: [{ match: /^PUT .*\/manifests\/1\.0\.0/, action: { kind: 'answer', status: 403, body } }],
    })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "TAG_REFUSED",
        "text": "<registry>/octo/senhas:1.0.0 is not moved: the login may not push to <registry>/octo/senhas: the tag is immutable
      A rule of the registry makes this tag immutable: leave the tag out, or have the rule changed.",
      }
    `)
  })
  it('is not there', async () => {
    const { failure } = await refused({ inputs: { image: '127.0.0.1:1/octo/senhas' } })
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "NETWORK_FAILED",
        "text": "cannot reach <registry>: connection refused
      Check that this machine reaches it (address, firewall, the proxy in http_proxy, https_proxy and no_proxy), or run it again later.",
      }
    `)
  })
})
