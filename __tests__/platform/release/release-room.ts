import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeRelease } from '../../../src/release/make-release.ts'
import { joinRecords } from '../../../src/release/released.ts'
import type { ReleaseWish } from '../../../src/release/wish.ts'
import { openGit, type Git, type GitOptions } from '../../support/github/git.ts'
import { openReleases, type Releases } from '../../support/github/releases.ts'
import { startGithub, type GithubStandIn } from '../../support/github/start.ts'
import { networkPorts, type NetworkPorts } from '../../support/network-ports.ts'
import { builtCommit, makeOutputFolder, type OutputFolder } from '../../support/release/output-folder.ts'

export interface RoomOptions {
  readonly immutable?: boolean
  readonly tags?: GitOptions['tags']
  readonly annotated?: GitOptions['annotated']
  readonly commits?: GitOptions['commits']
  readonly deadline?: number
}

export interface Room extends AsyncDisposable {
  readonly github: GithubStandIn
  readonly git: Git
  readonly releases: Releases
  readonly output: OutputFolder
  readonly ports: NetworkPorts
  /** A run with its own record folder, unless told. */
  release(wish?: Partial<ReleaseWish>, output?: OutputFolder): ReturnType<typeof makeRelease>
  /** `POST releases`, `PATCH releases/1`: what was asked to be changed, below the repository. */
  writes(): readonly string[]
}

/** A commit before the one that was built, and one after it. */
export const before = 'a'.repeat(40)
export const after = 'd'.repeat(40)

/** GitHub with the tag v1.0.0 of what was built, unless told. */
export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const { immutable = false, deadline } = options
  const git = openGit({
    commits: options.commits ?? { [before]: [], [builtCommit]: [before], [after]: [builtCommit] },
    tags: options.tags ?? { 'v1.0.0': builtCommit },
    ...(options.annotated === undefined ? {} : { annotated: options.annotated }),
  })
  const releases = openReleases({ git, immutable })
  const github = await startGithub({ areas: [git.area, releases.area] })
  const ports = networkPorts(deadline === undefined ? {} : { deadline })
  const output = await makeOutputFolder()
  const temps: string[] = []
  return {
    github,
    git,
    releases,
    output,
    ports,
    async release(wish = {}, from = output) {
      const temp = await mkdtemp(join(tmpdir(), 'release-temp-'))
      temps.push(temp)
      const { record, folder } = from
      const folders = [{ record, folder, file: join(folder, 'giropops.json') }]
      const released = joinRecords(folders)
      return makeRelease(
        {
          repository: 'octo/senhas',
          api: github.url,
          server: 'https://github.com',
          token: github.token,
          tag: 'v1.0.0',
          isPushed: true,
          commit: builtCommit,
          name: undefined,
          notes: undefined,
          draft: false,
          prerelease: 'auto',
          replace: false,
          writer: { run: '11.1', started: '2026-01-02T03:04:05.000Z' },
          released,
          folders,
          packages: undefined,
          more: [],
          temp,
          ...wish,
        },
        ports,
      )
    },
    writes: () =>
      github.journal
        .filter(({ method }) => method !== 'GET')
        .map(
          ({ method, path }) => `${method} ${decodeURIComponent(path).replace('/repos/octo/senhas/', '')}`,
        ),
    async [Symbol.asyncDispose]() {
      await Promise.all([
        github[Symbol.asyncDispose](),
        ports[Symbol.asyncDispose](),
        output[Symbol.asyncDispose](),
        ...temps.map(temp => rm(temp, { recursive: true, force: true })),
      ])
    },
  }
}
