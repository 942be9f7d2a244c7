import { input } from './definition.ts'
import { choice, destinations, flag, optionalUrl, text } from './parse.ts'

/** Inputs of signing and attesting. */
export const signingInputs = {
  sign: input({
    help: '`auto` signs what is pushed, keyless through Sigstore (`id-token: write`) or with `cosign-key`; `true` or `false`.',
    parse: choice('auto', 'true', 'false'),
    default: 'auto',
  }),
  'cosign-key': input({
    help: "Private key (PEM, or cosign's encrypted form; a secret), or the path of its file, to sign with instead of the job's identity.",
    parse: text,
    secret: true,
  }),
  'cosign-password': input({ help: 'Passphrase of `cosign-key` (a secret).', parse: text, secret: true }),
  'signature-format': input({
    help: '`bundle` (cosign 3: Sigstore bundles as referrers), `legacy` (the `.sig` tag), or `both`.',
    parse: choice('bundle', 'legacy', 'both'),
    default: 'bundle',
  }),
  sbom: input({
    help: 'Attest the SPDX document of each platform on its manifest, and of all on the index.',
    parse: flag,
    default: 'true',
  }),
  provenance: input({
    help: 'Attest SLSA provenance on the index, on each platform and for the packages.',
    parse: flag,
    default: 'true',
  }),
  'attest-to': input({
    help: 'Where SBOM and provenance are attested, by comma or line: `registry`, `github` (needs `attestations: write`).',
    parse: destinations,
    default: 'registry',
  }),
  'github-token': input({
    help: "Token for GitHub's API: attestations that it keeps, releases. Left out: the job's token.",
    parse: text,
    secret: true,
    expression: "${{ github.server_url == 'https://github.com' && github.token || '' }}",
  }),
  'fulcio-url': input({
    help: 'Fulcio of a private Sigstore. Left out: the public good instance.',
    parse: optionalUrl,
  }),
  'rekor-url': input({
    help: 'Rekor of a private Sigstore. Left out: the public good instance.',
    parse: optionalUrl,
  }),
  'tsa-url': input({ help: 'Timestamp authority (RFC 3161).', parse: optionalUrl }),
  'trusted-root': input({
    help: "Trusted root file of a private Sigstore. Left out: the public good instance's, which is built in.",
    parse: text,
  }),
  digest: input({
    help: 'Digest of the image to sign, `sha256:…`, when `image` does not hold it.',
    parse: text,
  }),
  record: input({
    help: '`giropops.json` of an earlier step. `sign` attests its SBOMs and provenance too; `plan` balances legs by its build times; `release` releases its results (of several steps: a line each).',
    parse: text,
  }),
} as const
