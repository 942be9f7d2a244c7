import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitJudges, type KitJudges } from '../../scripts/kit/kit-judges.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { pushImage } from '../../src/oci/push.ts'
import { openClock } from '../../src/platform/clock.ts'
import { openCosign } from '../support/e2e/cosign.ts'
import {
  hasDistributionServer,
  startDistributionServer,
  type DistributionServer,
} from '../support/e2e/distribution-server.ts'
import { usePrivateSigstore } from '../support/e2e/private-sigstore.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { writeLayout } from '../support/image-layout.ts'
import { networkPorts, type NetworkPorts } from '../support/network-ports.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'
import { startJob } from '../support/runner/job.ts'
import { setTags } from '../support/set-tags.ts'
import { startSigstore } from '../support/sigstore/start.ts'

const token = 'ghs_e2eTokenOfTheJob0123456789'
const repository = 'octo/senhas'
const users = { [token]: { login: 'octo', repository, scopes: ['read:packages', 'write:packages'] } } as const

describe.skipIf(!hasDistributionServer())('one image in GHCR and in a real registry server', () => {
  let workshop: Workshop
  let judges: KitJudges
  let ghcr: RegistryStandIn
  let real: DistributionServer
  beforeAll(async () => {
    workshop = await openWorkshop()
    judges = await kitJudges(line => console.error(line))
    ghcr = await startRegistry({ auth: 'ghcr', users })
    real = await startDistributionServer()
  })
  afterAll(async () => {
    await real?.close()
    await ghcr?.close()
    await workshop?.[Symbol.asyncDispose]()
  })

  it('has the same digest, and cosign verifies signature, SBOM and provenance in both, in both forms', async () => {
    await using sigstore = await startSigstore()
    await using job = await startJob({ ...sigstore.env })
    const trust = await usePrivateSigstore(sigstore, job.workspace, 1)
    await writeFile(
      join(job.workspace, 'apko.yaml'),
      'contents:\n  packages:\n    - busybox\n    - alpine-baselayout-data\ncmd: /bin/sh\n',
    )
    const { 'build-repository-append': distribution = '', ...tools } = workshop.inputs('1.2.31', '0.56.5')
    const own = Object.entries(tools).filter(([name]) => /^(apko-v|apko-s|tools|keyring|scan)/.test(name))
    const build = await job.step('image', {
      inputs: {
        ...Object.fromEntries(own),
        ...trust.inputs,
        'repository-append': distribution,
        'source-date-epoch': '1735689600',
        platforms: 'amd64, arm64',
        image: `${ghcr.host}/${repository}\n${real.host}/${repository}`,
        tags: '1.0.0, latest',
        username: 'octo',
        token,
        'signature-format': 'both',
        deadline: '10s',
      },
    })
    expect([build.code, build.code === 0 ? '' : build.log]).toEqual([0, ''])
    const { digest = '' } = build.outputs
    for (const tag of ['1.0.0', 'latest']) {
      expect(ghcr.tagsOf(repository).get(tag)).toBe(digest)
      expect(await digestAt(real.host, tag)).toBe(digest)
    }
    // Bundles are signed once for both; only the legacy form names the repository.
    expect(build.log).toContain('to be signed: 15 of images')
    const login = { host: ghcr.host, username: 'octo', password: token }
    const cosign = await openCosign({ program: judges.cosign, folder: join(job.root, 'cosign'), login })
    const older = await openCosign({ program: judges.olderCosign, folder: join(job.root, 'older'), login })
    for (const host of [ghcr.host, real.host]) {
      for (const each of [digest, build.outputs['digest-arm64'] ?? '']) {
        const reference = `${host}/${repository}@${each}`
        const about = [...trust.root, ...trust.identity]
        const verdicts = [
          await cosign('verify', ...about, reference),
          await older('verify', ...about, reference),
          await cosign('verify-attestation', ...about, '--type', 'spdxjson', reference),
          await cosign('verify-attestation', ...about, '--type', 'slsaprovenance1', reference),
        ]
        expect(verdicts.map(({ ok, output }) => (ok ? 'verified' : output))).toEqual(
          Array(4).fill('verified'),
        )
      }
    }
    const commands = build.outputs['verify-commands']?.split('\n') ?? []
    for (const host of [ghcr.host, real.host]) {
      expect(
        commands.some(line => line.startsWith('cosign verify ') && line.includes(`${host}/${repository}@`)),
      ).toBe(true)
    }
  })
})

async function digestAt(host: string, tag: string): Promise<string | null> {
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    headers: { accept: 'application/vnd.oci.image.index.v1+json' },
  })
  return response.headers.get('docker-content-digest')
}

describe.skipIf(!hasDistributionServer())('two runs at once on one tag of a real registry server', () => {
  it.each([
    ['the older one looks first and writes last', 'older'],
    ['the newer one looks first and writes last', 'newer'],
  ] as const)('leave the newer commit’s image: %s', async (_, slow) => {
    const server = await startDistributionServer()
    try {
      await using older = await writeLayout({ created: '2026-01-02T00:00:00Z' })
      await using newer = await writeLayout({ created: '2026-01-02T00:00:01Z' })
      const at = {
        repository: parseRepository(`${server.host}/${repository}`),
        credentials: { kind: 'none' },
      } as const
      const run = async (layout: typeof older, isSlow: boolean) => {
        await using ports = networkPorts({ deadline: 5000 })
        await pushImage({ ...at, layout: layout.folder, index: layout.index }, ports)
        return await setTags({ ...at, digest: layout.index.digest, tags: ['latest'] }, slowed(ports, isSlow))
      }
      const [old, young] = await Promise.all([run(older, slow === 'older'), run(newer, slow === 'newer')])
      expect(await digestAt(server.host, 'latest')).toBe(newer.index.digest)
      expect(young).toEqual({ named: ['latest'], left: [] })
      expect(old.named.length + old.left.length).toBe(1)
    } finally {
      await server.close()
    }
  })
})

/** Real time; a slow run takes 150 ms from its look to its write. */
function slowed(ports: NetworkPorts, isSlow: boolean): NetworkPorts {
  const clock = openClock()
  return {
    ...ports,
    clock,
    http: {
      async send(request) {
        if (isSlow && request.method === 'PUT') await clock.sleep(150)
        return ports.http.send(request)
      },
    },
  }
}
