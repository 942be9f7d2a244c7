import type { Feature } from '../domain/need.ts'

/**
 * The apko release that first knows a part of its file; what its help cannot tell. apko before 0.17.0 passes over what it does
 * not know without a word. Source: history of chainguard-dev/apko, pkg/build/types/types.go, commit and the first tag that has it.
 */
export const featureVersions: Readonly<Record<Feature, string>> = {
  'contents.baseimage': '0.14.1', // b94c4eab
  'contents.build_repositories': '0.15.0', // 1843731b
  layering: '0.26.0', // 17f22f42
  'contents.runtime_repositories': '0.30.2', // d6f33610; in 0.30.0, taken back in 0.30.1
  certificates: '0.30.30', // 80509138
  'certificates.providers': '1.1.14', // 238cd7b8
  'contents.runtime_keyring': '1.2.23', // 9d4b52d9
  format: '1.2.38', // 35dcb7e9
}

/**
 * The release whose `build` first takes a flag, only to name a version in a hint: whether it is there is asked of the
 * tool. Source: history of internal/cli/build.go, as above.
 */
export const flagVersions: Readonly<Record<string, string>> = {
  'apko --lockfile': '0.13.0', // 938074e5, NEWS.md
  'apko --build-repository-append': '0.15.0', // 1843731b
  'apko --ignore-signatures': '0.16.0', // ec35634d
  'apko --max-apk-data-size': '1.1.0', // 2be3903f
}

/** From here on apko checks index signatures named `.SIGN.RSA256.`: chainguard-dev/apko aca8f6f7. */
export const firstApkoThatReadsRsa256 = '0.18.0'

/** From here on melange signs indexes so unless told otherwise: chainguard-dev/melange 3d1b7b30, with apko 0.22.1 for the index. */
export const firstMelangeThatSignsRsa256 = '0.18.0'
