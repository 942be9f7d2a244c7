/**
 * Name of an asset as GitHub keeps it: other letters than these become dots there, and a dot at either end gets a word put
 * before or is cut. Named so from the start, an asset is found again under its own name.
 */
export function assetName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._+@-]+/g, '.')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/\.$/, '')
  return plain.startsWith('.') || plain === '' ? `default${plain}` : plain
}

/** An apk with its architecture in the name, since a release has no folders: `senhas-1.0.0-r0.x86_64.apk`. */
export function apkName(file: string): string {
  const [arch = '', name = ''] = file.split('/').slice(-2)
  return assetName(withArch(name, arch))
}

function withArch(name: string, arch: string): string {
  const [stem, ending] = /^(.*?)(\.apk(?:\..*)?|\.tar\.gz)$/.exec(name)?.slice(1) ?? [name, '']
  return `${stem}.${arch}${ending}`
}

/** `images/apko/sbom/sbom-x86_64.spdx.json` becomes `apko-sbom-x86_64.spdx.json`. */
export function imageFileName(file: string): string {
  const parts = file.split('/')
  const name = parts.at(-1) ?? ''
  return assetName(parts[0] === 'images' && parts[1] !== undefined ? `${parts[1]}-${name}` : name)
}
