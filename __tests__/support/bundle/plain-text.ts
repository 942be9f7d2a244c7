import { architectureOfNode } from '../../../src/domain/architecture.ts'

/** A text of a run as it is in every run: what differs stands in angle brackets. `names` are such texts by name. */
export function plainText(text: string, names: Readonly<Record<string, string>> = {}): string {
  const known = Object.entries(names)
  return known
    .reduce((shown, [name, value]) => shown.replaceAll(value, `<${name}>`), text)
    .replaceAll(/127\.0\.0\.1:\d+/g, '<host>')
    .replaceAll(/(?<=\/)(giropops|image|apko)-(?!output)(?:\d+-\d+-)?[A-Za-z0-9]{6}\b/g, '$1-<id>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\b[0-9a-f]{12}\b/g, '<digest>')
    .replaceAll(/\b\d+\.\d s\b/g, '<time>')
    .replaceAll(/\b\d+ B\b/g, '<size>')
}

/** The same without this machine's architecture. */
export function anyMachine(text: string): string {
  const { name, apk } = architectureOfNode(process.arch) ?? { name: process.arch, apk: process.arch }
  return text
    .replaceAll(new RegExp(`(?<![a-z])(linux[/_]|digest-)${name}\\b`, 'g'), '$1<arch>')
    .replaceAll(new RegExp(`\\b${apk}\\b`, 'g'), '<apk-arch>')
}

/** A runner's log without what it shows in debug mode only. */
export function shownLog(log: string): string {
  return log
    .split('\n')
    .filter(line => !line.startsWith('::debug::'))
    .join('\n')
    .trim()
}
