import { expect, test } from 'vitest'
import { apkName, assetName, imageFileName } from '../../../src/release/asset-name.ts'
import { mediaTypeOf } from '../../../src/release/local-asset.ts'

test.for([
  ['senhas-1.0.0-r0.apk', 'senhas-1.0.0-r0.apk'],
  ['libstdc++-13.2.0-r0.apk', 'libstdc++-13.2.0-r0.apk'],
  ['Guia rápido (final).pdf', 'Guia.rapido.final.pdf'],
  ['a~b', 'a.b'],
  ['.env', 'default.env'],
  ['trailing.', 'trailing'],
  ['...', 'default'],
] as const)('%s is called %s', ([text, name]) => {
  expect(assetName(text)).toBe(name)
  expect(assetName(name)).toBe(name)
})

test.for([
  ['x86_64/senhas-1.0.0-r0.apk', 'senhas-1.0.0-r0.x86_64.apk'],
  ['x86_64/senhas-1.0.0-r0.apk.sigstore.json', 'senhas-1.0.0-r0.x86_64.apk.sigstore.json'],
  ['aarch64/APKINDEX.tar.gz', 'APKINDEX.aarch64.tar.gz'],
  ['packages/aarch64/a.apk.b-1.apk', 'a.aarch64.apk.b-1.apk'],
] as const)('%s is called %s', ([file, name]) => {
  expect(apkName(file)).toBe(name)
})

test.for([
  ['images/apko/sbom/sbom-x86_64.spdx.json', 'apko-sbom-x86_64.spdx.json'],
  ['bundles/index.signature.sigstore.json', 'index.signature.sigstore.json'],
  ['scan.sarif', 'scan.sarif'],
] as const)('%s is called %s', ([file, name]) => {
  expect(imageFileName(file)).toBe(name)
})

test.for([
  ['a.spdx.json', 'application/spdx+json'],
  ['a.sigstore.json', 'application/vnd.dev.sigstore.bundle.v0.3+json'],
  ['giropops.json', 'application/json'],
  ['a.apk', 'application/octet-stream'],
] as const)('%s is sent as %s', ([name, type]) => {
  expect(mediaTypeOf(name)).toBe(type)
})
