import { input } from './definition.ts'
import { choice, sha256, text } from './parse.ts'

/** Inputs that say which scanner looks for vulnerabilities, and with which database. */
export const scannerInputs = {
  scan: input({
    help: '`grype` or `trivy` looks for vulnerabilities in every platform before anything is pushed; `false` does not look.',
    parse: choice('grype', 'trivy', 'false'),
    default: 'grype',
  }),
  'scan-database': input({
    help: "The scanner's database: the URL of a mirror (grype: of its listing; trivy: an OCI repository), or a file. Left out: the scanner's own, refreshed once a day.",
    parse: text,
  }),
  'grype-version': input({
    help: "grype: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's.",
    parse: text,
  }),
  'grype-sha256': input({
    help: "sha256 of grype's release tarball, for a version outside the catalogue or a mirror of your own build.",
    parse: sha256,
  }),
  'trivy-version': input({
    help: "trivy: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's.",
    parse: text,
  }),
  'trivy-sha256': input({
    help: "sha256 of trivy's release tarball, for a version outside the catalogue or a mirror of your own build.",
    parse: sha256,
  }),
} as const
