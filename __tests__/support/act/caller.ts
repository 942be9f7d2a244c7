import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'

export interface Caller {
  /** The called workflow: `owner/repo/.github/workflows/build.yaml@ref`. */
  readonly uses: string
  readonly with: Readonly<Record<string, string>>
  /** Path and text of the files of its repository. */
  readonly files: Readonly<Record<string, string>>
  /** Further jobs, by their names. */
  readonly jobs?: Readonly<Record<string, object>>
  /** Jobs of these that have to be over before. */
  readonly needs?: readonly string[]
}

export const callerWorkflow = 'release.yml'

/** What a caller sees of the called workflow. */
export interface Called {
  readonly result: string
  readonly outputs: Readonly<Record<string, string>>
}

/** A checkout with one commit whose workflow calls ours and writes what it gets back, as JSON, to `answer`. */
export async function writeCaller(workspace: string, caller: Caller, answer: string): Promise<void> {
  const workflow = {
    name: 'release',
    on: ['push'],
    permissions: {},
    jobs: {
      ...caller.jobs,
      build: {
        ...(caller.needs === undefined ? {} : { needs: caller.needs }),
        permissions: {
          contents: 'read',
          packages: 'write',
          'id-token': 'write',
          attestations: 'write',
          'security-events': 'write',
        },
        uses: caller.uses,
        with: caller.with,
      },
      after: {
        needs: 'build',
        if: 'always()',
        'runs-on': 'ubuntu-24.04',
        steps: [
          {
            run: 'printf \'%s\' "$CALLED" > "$ANSWER"',
            env: { CALLED: '${{ toJSON(needs.build) }}', ANSWER: answer },
          },
        ],
      },
    },
  }
  const files = { ...caller.files, [`.github/workflows/${callerWorkflow}`]: stringify(workflow) }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), text)
  }
  const git = (...args: readonly string[]): void => {
    const date = '2026-01-02T03:04:05Z'
    execFileSync('git', ['-c', 'user.name=octo', '-c', 'user.email=octo@example.com', ...args], {
      cwd: workspace,
      env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      stdio: 'ignore',
    })
  }
  git('init', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--message=Everything')
}
