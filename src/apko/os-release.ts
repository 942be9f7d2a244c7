/** The distribution that an image says it is (os-release(5)). */
export interface Distribution {
  /** `ID`: `alpine`; `unknown` when the image does not say, as apko has it. */
  readonly id: string
  /** `VERSION_ID`: `3.22.1`; empty when there is none. */
  readonly version: string
}

/** In the order in which they count. */
export const osReleasePaths = ['etc/os-release', 'usr/lib/os-release'] as const

/** Reads the text of an os-release file; undefined stands for an image without one. */
export function readDistribution(text: string | undefined): Distribution {
  const values = new Map(
    [...(text ?? '').matchAll(/^\s*([A-Z_]+)=(.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      unquoted(value),
    ]),
  )
  return { id: values.get('ID') || 'unknown', version: values.get('VERSION_ID') ?? '' }
}

function unquoted(value: string): string {
  return value
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/\\(["'$`\\])/g, '$1')
}
