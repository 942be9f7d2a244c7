/** Writes the generated parts of every action.yml, README.md and the reusable workflow from the definitions; with --check only compares. */
import { readFile, writeFile } from 'node:fs/promises'
import { actions, type ActionName } from '../src/inputs/actions.ts'
import { actionInputs, actionOutputs, inputsTable, outputsTable } from './docs-parts.ts'
import { workflowParts } from './workflow-parts.ts'

const workflow = '.github/workflows/build.yaml'

const folders: Record<ActionName, string> = {
  build: '',
  setup: 'setup/',
  package: 'package/',
  image: 'image/',
  sign: 'sign/',
  release: 'release/',
  plan: 'plan/',
}

/** Replaces what stands between the markers `begin NAME` and `end NAME`, which keep their own lines. */
export function replacePart(text: string, name: string, part: string): string {
  const pattern = new RegExp(`(^[^\\n]*begin ${name}\\b[^\\n]*\\n).*?(^[^\\n]*end ${name}\\b)`, 'ms')
  if (!pattern.test(text)) throw new Error(`no markers "begin ${name}" and "end ${name}"`)
  return text.replace(pattern, (_all, begin: string, end: string) => `${begin}${part}${end}`)
}

/** Every generated file: its path, its text now, and the text it should have. */
export async function generatedFiles(): Promise<{ path: string; now: string; wanted: string }[]> {
  const files: { path: string; now: string; wanted: string }[] = []
  for (const action of Object.keys(actions) as ActionName[]) {
    const yaml = `${folders[action]}action.yml`
    const readme = `${folders[action]}README.md`
    for (const [path, inputs, outputs] of [
      [yaml, actionInputs(action), actionOutputs(action)],
      [readme, inputsTable(action), outputsTable(action)],
    ] as const) {
      const now = await readFile(path, 'utf8')
      files.push({ path, now, wanted: replacePart(replacePart(now, 'inputs', inputs), 'outputs', outputs) })
    }
  }
  const now = await readFile(workflow, 'utf8')
  const wanted = Object.entries(workflowParts()).reduce(
    (text, [name, part]) => replacePart(text, name, part),
    now,
  )
  files.push({ path: workflow, now, wanted })
  return files
}

if (import.meta.main) {
  for (const { path, now, wanted } of await generatedFiles()) {
    if (now === wanted) continue
    if (process.argv.includes('--check')) {
      console.error(`${path} is not what the definitions say; run: npm run docs`)
      process.exitCode = 1
    } else {
      await writeFile(path, wanted)
      console.log(`wrote ${path}`)
    }
  }
}
