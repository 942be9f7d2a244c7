import type { Architecture } from './architecture.ts'

/** The machine that the run happens on, as far as decisions depend on it. */
export interface Machine {
  readonly os: 'linux' | 'darwin'
  readonly architecture: Architecture
  /** Absolute path; what the user names is relative to it. */
  readonly workspace: string
  /** Absolute path of a folder for this run alone, outside of the workspace. */
  readonly temp: string
  /** Address of the container engine as `DOCKER_HOST` gives it: `unix:///var/run/docker.sock`. */
  readonly dockerHost: string
  /** Absolute path of the folder with docker's `config.json`. */
  readonly dockerConfig: string
}
