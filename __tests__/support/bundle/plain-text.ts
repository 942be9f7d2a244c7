import { architectureOfNode } from '../../../src/domain/architecture.ts'

/** The log of a job as it is everywhere: what differs between machines and runs stands in angle brackets. */
export function plainText(text: string, names: Readonly<Record<string, string>> = {}): string {
  const host = architectureOfNode(process.arch)
  const known = Object.entries(names).reduce(
    (shown, [name, value]) => shown.replaceAll(value, `<${name}>`),
    text,
  )
  return known
    .replaceAll(/127\.0\.0\.1:\d+/g, '<host>')
    .replaceAll(/(giropops|image|apko)-(?!sha256)[A-Za-z0-9]{6}\b/g, '$1-<id>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\b[0-9a-f]{12}\b/g, '<digest>')
    .replaceAll(/\b\d+\.\d s\b/g, '<time>')
    .replaceAll(/\b\d+ B\b/g, '<size>')
    .replaceAll(`digest-${host?.name}`, 'digest-<arch>')
    .replaceAll(`linux/${host?.name}`, 'linux/<arch>')
    .replaceAll(`linux_${host?.name}`, 'linux_<arch>')
    .replaceAll(new RegExp(`\\b${host?.apk}\\b`, 'g'), '<apk-arch>')
}

/** A runner's log without what it shows in debug mode only. */
export function shownLog(log: string): string {
  return log
    .split('\n')
    .filter(line => !line.startsWith('::debug::'))
    .join('\n')
    .trim()
}
