/** Pushes a layout as the action does, through the real ports: push-large LAYOUT REPOSITORY. The whole engine is loaded, as it is there. */
import { openLayout } from '../../src/oci/layout-reader.ts'
import { pushImage } from '../../src/oci/push.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import * as engine from '../../src/pipeline/stages.ts'
import { openWorld } from '../../src/platform/open-world.ts'
import { terminalSurface } from '../../src/platform/surface-terminal.ts'

const [folder = '', name = ''] = process.argv.slice(2)
await using world = await openWorld(
  terminalSurface(() => ''),
  60_000,
)
world.log.info(`engine loaded: ${Object.keys(engine).join(', ')}`)
const { root } = await openLayout(folder)
const repository = parseRepository(name)
await pushImage({ repository, credentials: { kind: 'none' }, layout: folder, index: root }, world)
