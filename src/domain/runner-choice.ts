/** Runner that builds for the platforms that begin with `prefix`. */
export interface RunnerChoice {
  /** `linux/arm64`, or `linux/arm` for that and `linux/arm/v7`. */
  readonly prefix: string
  /** Labels of `runs-on`; at least one. */
  readonly labels: readonly string[]
}
