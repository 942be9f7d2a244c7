import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import type { LocalRepository } from '../domain/package.ts'
import { packagesFolder } from './local-repository.ts'
import { layOutUnsigned } from './unsigned-repository.ts'

/** Where keys from outside of the workspace are found by apko: it stores the paths of keys in the image. */
const keysFolder = 'giropops-keys'

/** A folder that apko runs in: the workspace as it is, but with the packages of this run under `packages`. */
export interface Workbench {
  /** Absolute path. */
  readonly folder: string
  /** Absolute path of a folder for apko's temporary files. */
  readonly temp: string
  /** How apko is told of a file: relative to the workbench when it is in the workspace, else absolute. */
  pathOf(path: string): string
  /** As `pathOf`, but files from outside of the workspace get a path that is the same on every machine. URLs stay. */
  keyOf(path: string): Promise<string>
  /** Removes it. */
  remove(): Promise<void>
}

export interface WorkbenchRequest {
  /** Absolute path. */
  readonly workspace: string
  /** Absolute path of a folder that is ours, outside of the workspace. */
  readonly scratch: string
  /** Packages built in this run; without them the workspace's own `packages` folder counts. */
  readonly repository?: LocalRepository
}

/**
 * Lays out a workbench: a link for each entry of the workspace, so that relative paths in apko files mean what they mean
 * there and nothing is written to it; the packages of this run lie there without their own signatures. Paths that apko stores in the image are the same whatever the workspace is called.
 */
export async function openWorkbench({
  workspace,
  scratch,
  repository,
}: WorkbenchRequest): Promise<Workbench> {
  const root = await mkdtemp(join(scratch, 'apko-'))
  const folder = join(root, 'workbench')
  const temp = join(root, 'temp')
  const keys = new Map<string, string>()
  await Promise.all([mkdir(join(folder, keysFolder), { recursive: true }), mkdir(temp)])
  for (const name of await readdir(workspace)) {
    const ours = name === keysFolder || (name === packagesFolder && repository !== undefined)
    if (name === '.git') await pointToGit(join(workspace, name), join(folder, name))
    else if (!ours) await symlink(join(workspace, name), join(folder, name))
  }
  if (repository !== undefined) await layOutUnsigned(repository.folder, join(folder, packagesFolder))
  const pathOf = (path: string): string => {
    const inside = relative(workspace, resolve(workspace, path))
    const [first] = inside.split('/')
    const hidden = first === keysFolder || (first === packagesFolder && repository !== undefined)
    return first === '..' || isAbsolute(inside) || hidden ? resolve(workspace, path) : inside
  }
  return {
    folder,
    temp,
    pathOf,
    async keyOf(path) {
      const known = /^https?:\/\//i.test(path) ? path : pathOf(path)
      if (!isAbsolute(known)) return known
      const key = keys.get(known) ?? nameBeside([...keys.values()], basename(known))
      if (!keys.has(known)) {
        keys.set(known, key)
        await mkdir(resolve(folder, key, '..'), { recursive: true })
        await symlink(known, join(folder, key))
      }
      return key
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

/** Makes `to` a file that names the git folder at `from` (gitrepository-layout(5)): apko does not open a link to it. */
async function pointToGit(from: string, to: string): Promise<void> {
  const pointer = await readFile(from, 'utf8').catch(() => `gitdir: ${from}`)
  const target = /^gitdir: (.+)/.exec(pointer)?.[1]?.trim()
  if (target !== undefined) await writeFile(to, `gitdir: ${resolve(from, '..', target)}\n`)
}

/** Keys keep their base name, which index signatures refer to; equal ones go to numbered folders. */
function nameBeside(taken: readonly string[], name: string): string {
  for (let number = 1; ; number += 1) {
    const candidate = join(keysFolder, number === 1 ? '' : String(number), name)
    if (!taken.includes(candidate)) return candidate
  }
}
