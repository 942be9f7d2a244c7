// Makes all that the end-to-end tests and the example need, into the kit's cache: node scripts/kit/warm.ts
import { kitAct } from './kit-act.ts'
import { kitArtifactClient } from './kit-artifact-client.ts'
import { kitCache } from './kit-cache.ts'
import { kitDistribution } from './kit-distribution.ts'
import { KitFailure } from './kit-failure.ts'
import { kitGrype } from './kit-grype.ts'
import { kitJudges } from './kit-judges.ts'
import { prepareMachine } from './kit-machine.ts'
import { kitSigstore } from './kit-sigstore.ts'
import { kitTools } from './kit-tools.ts'
import { kitWheels } from './kit-wheels.ts'

const begun = performance.now()
const log = (line: string): void => console.log(line)

try {
  log(`test kit: in ${kitCache()}`)
  await prepareMachine(log)
  const distribution = await kitDistribution(log)
  const wheels = await kitWheels(distribution, log)
  const { mirrorFolder, tools } = await kitTools(log)
  const { cosign, olderCosign } = await kitJudges(log)
  const grype = await kitGrype(log)
  const servers = await kitSigstore(log)
  const workflow = [await kitAct(log), await kitArtifactClient(log)]
  log(`distribution: ${distribution.folder}`)
  log(`wheels: ${wheels.folder}`)
  log(`releases: ${mirrorFolder}`)
  for (const { tool, version, sha256 } of tools) log(`  ${tool} ${version} sha256 ${sha256}`)
  log(`  grype ${grype.version} sha256 ${grype.sha256}`)
  for (const program of [cosign, olderCosign, ...Object.values(servers), ...workflow])
    log(`program: ${program}`)
  log(`test kit: ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
} catch (failed) {
  if (!(failed instanceof KitFailure)) throw failed
  console.error(`test kit: ${failed.message}`)
  process.exitCode = 1
}
