/** Bundles the entries into dist/: one file per action, our own code readable beside the vendor chunks. */
import { chmod, writeFile } from 'node:fs/promises'
import { build } from 'rolldown'
import { licences } from './licences.ts'

const entries = ['index', 'setup', 'package', 'image', 'sign', 'post', 'cli']

/** Modules that run before the first line of the log; the rest is loaded after it. */
const start =
  /src\/(inputs\/|domain\/(failure|failures|nearest|architecture)|entries\/run-action|platform\/(failure-text|log-|tracks|secret|surface|run-to-end|version|wiped|cancel|children))/

/** Modules that are loaded only when something is signed. */
const signing =
  /src\/(sigstore\/(?!services|signing-decision)|pipeline\/(sign-each|sign-stage|sign-images|open-signing|check-signing|image-attestations|image-signatures|valid-signatures|legacy-signatures|package-signatures|github-upload|provenance-facts|verification-facts))/

const vendorSigstore =
  /node_modules\/(@sigstore|@npmcli|make-fetch-happen|cacache|minipass|socks|ip-address|iconv-lite|glob|minizlib|ssri|http-cache-semantics|negotiator)/

await build({
  input: Object.fromEntries(entries.map(name => [name, `src/entries/${name}.ts`])),
  platform: 'node',
  output: {
    dir: 'dist',
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
        {
          name: 'vendor-github',
          test: /node_modules\/(@octokit|@actions\/github|before-after-hook)/,
          priority: 3,
        },
        { name: 'vendor-other', test: /node_modules/, priority: 2 },
        { name: 'start', test: start, priority: 2 },
        { name: 'signing', test: signing, priority: 2 },
        { name: 'engine', test: /src\/(?!entries\/)/, priority: 1 },
      ],
    },
  },
  plugins: [licences()],
})
await writeFile('dist/package.json', '{"type":"module"}\n')
await chmod('dist/cli.js', 0o755)
