import { it } from 'vitest'
import { startRegistry } from '../support/registry/registry.ts'
import { openScene } from '../support/bundle/scene.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { readdir } from 'node:fs/promises'
it('runs', async () => {
  await using scene = await openScene({ files: { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml } })
  const registry = await startRegistry({ auth: 'ghcr', users: { ghs_job: { login: 'octo', repository: 'octo/senhas', scopes: ['read:packages', 'write:packages'] } } })
  const t = Date.now()
  const r = await scene.step('.', { image: `${registry.host}/octo/senhas`, username: 'octo', token: 'ghs_job' })
  console.log(Date.now() - t, r.code, r.raw, r.outputs, r.summary)
  console.log(await readdir(scene.job.temp, {recursive: true}))
  console.log(await scene.calls(), registry.journal, scene.server.requests.length)
  await registry.close()
})
