/** Bundles the entries into dist/: one file per action, our own code readable beside the vendor chunks. */
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { build } from 'rolldown'
import { licences } from './licences.ts'

/** Built beside dist/ and moved over it, so that a failed build leaves the old one. */
const fresh = 'node_modules/.dist'

const entries = ['index', 'setup', 'package', 'image', 'sign', 'release', 'plan', 'post', 'cli']

/** Modules that run before the first line of the log; the rest is loaded after it. */
const start =
  /src\/(inputs\/|domain\/(failure|failures|nearest|architecture)|entries\/run-action|platform\/(failure-text|log-|tracks|secret|surface|run-to-end|version|wiped|cancel|children))/

/** What engine, signing, scanning and releases share; without a chunk of its own it would be taken into one of these, which is then always loaded. */
const shared =
  /src\/(oci|domain|github|sigstore\/(services|signing-decision)|melange\/(recipe|subpackages|substitution|yaml-value)|scan\/(database-wish|vulnerability-predicate|order)|tags\/(tag-name|wrong)|release\/(asset-name|local-asset|notes-block)|pipeline\/(find-login|destination|one-try))/

/** Loaded by runs that scan, alone: the policy is read by all, to tell what is wrong in it. */
const scanning =
  /src\/(scan\/(?!(ignore-|vex-|named-input|database-wish|vulnerability-predicate|order))|pipeline\/(scan-stage|scan-images|report-findings|earlier-findings|named-packages))/

/** Modules that are loaded only when something is signed. */
const signing =
  /src\/(sigstore\/(?!services|signing-decision)|pipeline\/(sign-each|sign-stage|sign-images|open-signing|check-signing|image-attestations|image-signatures|valid-signatures|legacy-signatures|package-signatures|github-upload|provenance-facts|verification-facts))/

/** Modules that are loaded only when something is released. */
const releasing =
  /src\/(release\/(?!asset-name|local-asset|notes-block)|pipeline\/(release-stage|prune-packages))/

/**
 * The second line of the command is one of the shell (`#!/bin/sh`) and a comment to node. `--` keeps node from taking flags of
 * ours as its own, as it does with --env-file even behind the script; `env -S` would do it too, but busybox has none.
 */
const runsItself = `':' //; exec node -- "$0" "$@"`

/** What only @actions/cache has use for. */
const vendorCache =
  /node_modules\/(@actions\/(cache|glob)|@azure|@typespec|@protobuf-ts|@nodable|@isaacs|agent-base|anynum|balanced-match|brace-expansion|debug|events|fast-xml|http-proxy-agent|https-proxy-agent|is-unsafe|minimatch|ms|path-expression-matcher|proxy-agent-negotiate|strnum|tslib|xml-naming)/

const vendorSigstore =
  /node_modules\/(@sigstore|@npmcli|make-fetch-happen|cacache|minipass|socks|ip-address|iconv-lite|glob|minizlib|ssri|http-cache-semantics|negotiator)/

await build({
  input: Object.fromEntries(entries.map(name => [name, `src/entries/${name}.ts`])),
  platform: 'node',
  output: {
    dir: fresh,
    format: 'esm',
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: [
        { name: 'vendor', test: /node_modules\/(semver|yaml|tar-stream)\//, priority: 5 },
        { name: 'vendor-http', test: /node_modules\/(undici|tunnel)\//, priority: 4 },
        { name: 'vendor-start', test: /node_modules\/@actions\/(core|exec|io|http-client)\//, priority: 3 },
        { name: 'vendor-sigstore', test: vendorSigstore, priority: 3 },
        { name: 'vendor-cache', test: vendorCache, priority: 3 },
        {
          name: 'vendor-github',
          test: /node_modules\/(@octokit|@actions\/github|before-after-hook)/,
          priority: 3,
        },
        { name: 'vendor-other', test: /node_modules/, priority: 2 },
        { name: 'start', test: start, priority: 2.8 },
        { name: 'oci', test: shared, priority: 2.5 },
        { name: 'signing', test: signing, priority: 2 },
        { name: 'release-room', test: releasing, priority: 2 },
        { name: 'scanning', test: scanning, priority: 2 },
        { name: 'engine', test: /src\/(?!entries\/)/, priority: 1 },
      ],
    },
  },
  plugins: [licences()],
})
await writeFile(`${fresh}/package.json`, '{"type":"module"}\n')
const command = await readFile(`${fresh}/cli.js`, 'utf8')
await writeFile(
  `${fresh}/cli.js`,
  command.replace(/^#!.*$/m, line => `${line}\n${runsItself}`),
)
await chmod(`${fresh}/cli.js`, 0o755)
await rm('dist', { recursive: true, force: true })
await rename(fresh, 'dist')
