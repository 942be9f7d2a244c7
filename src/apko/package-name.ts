/** The bare name in an entry of `contents.packages` (apk-tools, "world"): `busybox` of `busybox=1.36.1-r2`, `busybox~1.36`, `busybox@edge`. */
export function packageNameOf(entry: string): string {
  return entry.trim().split(/[=<>~@\s]/, 1)[0] ?? ''
}
