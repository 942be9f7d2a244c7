/** Reads and plans the melange files of a workspace as the actions do: plan-large WORKSPACE. Prints how many, and how many levels. */
import { architectureOfNode } from '../../src/domain/architecture.ts'
import { makePlan } from '../../src/pipeline/plan.ts'
import { surveyFiles } from '../../src/pipeline/survey.ts'

const [workspace = ''] = process.argv.slice(2)
const host = architectureOfNode(process.arch)
if (host === undefined) throw new Error(`no architecture is called ${process.arch}`)
const wish = { workspace, melange: ['recipes/*/melange.yaml'] }
const { melange, failures } = await surveyFiles(wish, { warning: text => console.error(text) })
const made = makePlan({
  wish: { platforms: [], image: undefined, tags: [], push: 'false', load: false, registry: undefined },
  melange,
  apko: [],
  unreadable: false,
  context: { workflow: false },
  host,
})
for (const failure of [...failures, ...made.failures]) throw failure
const { nodes } = made.plan.packages.graph
console.log(`${nodes.length} files in ${new Set(nodes.map(({ level }) => level)).size} levels`)
