/** A small SPDX 2.3 document of an image and some of its packages; `epoch` is its time, seconds since 1970. */
export function fakeSpdx(
  digest: string,
  packages: readonly { readonly name: string; readonly version: string }[],
  epoch: number,
): string {
  const image = `SPDXRef-Package-Image-${digest.replace(':', '-')}`
  const created = new Date(epoch * 1000).toISOString()
  const entries = packages.map(({ name, version }) => ({
    SPDXID: `SPDXRef-Package-${name}`,
    name,
    versionInfo: version,
  }))
  const document = {
    SPDXID: 'SPDXRef-DOCUMENT',
    spdxVersion: 'SPDX-2.3',
    creationInfo: { created, creators: ['Tool: fake apko'] },
    documentDescribes: [image],
    packages: [{ SPDXID: image, name: digest, versionInfo: digest }, ...entries],
    relationships: entries.map(({ SPDXID }) => ({
      spdxElementId: image,
      relationshipType: 'CONTAINS',
      relatedSpdxElement: SPDXID,
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
