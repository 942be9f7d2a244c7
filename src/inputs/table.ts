import { input } from './definition.ts'
import { releaseInputs } from './release-inputs.ts'
import { planInputs } from './plan-inputs.ts'
import { scanInputs } from './scan-inputs.ts'
import { scannerInputs } from './scanner-inputs.ts'
import { signingInputs } from './signing-inputs.ts'
import {
  choice,
  count,
  duration,
  epoch,
  flag,
  lines,
  list,
  numberedLines,
  platforms,
  sha256,
  text,
  url,
} from './parse.ts'

/** Every input of every action. */
export const table = {
  'melange-config': input({
    help: 'melange files or globs, a line each, built in the order of what they need. Left out: `melange.yaml` if present.',
    parse: lines,
  }),
  'apko-config': input({
    help: 'apko files or globs, a line each: one image per file. Left out: `apko.yaml` if present.',
    parse: lines,
  }),
  platforms: input({
    help: "Platforms, by comma or line: `linux/arm64`, `arm64` or `aarch64`. Left out: the image's own `archs`, else the runner's.",
    parse: platforms,
  }),
  image: input({
    help: "Repositories that the same image is pushed to, by comma or line, the primary first; `{name}` stands for the apko file's name. Left out: `ghcr.io/<owner>/<repo>` in lower case.",
    parse: list,
  }),
  tags: input({
    help: 'Tags, or rules of docker/metadata-action and `type=apk`, a line each; moved after everything else. Left out: `type=schedule` and `type=ref` for branch, tag and pr.',
    parse: numberedLines,
  }),
  flavor: input({
    help: '`latest=auto`, `prefix=` and `suffix=` of all tags, as docker/metadata-action has them, a line each.',
    parse: numberedLines,
  }),
  labels: input({
    help: 'Labels of the image, `key=value` a line; an empty value leaves one out. Always there: source, revision, version and the like, as far as known.',
    parse: numberedLines,
  }),
  annotations: input({
    help: 'Annotations on the index and every manifest, like `labels`.',
    parse: numberedLines,
  }),
  'version-check': input({
    help: "On a git tag or release that is a version: fail before the build unless the package's version and the image's label are the same; `release` compares the tag with the packages of the record.",
    parse: flag,
    default: 'true',
  }),
  'allow-retag': input({
    help: 'Move tags that are left alone otherwise: those that look like a full version (`1.2.3`) and name another image, and those that name the image of a newer commit.',
    parse: flag,
    default: 'false',
  }),
  push: input({
    help: '`auto` pushes in a workflow, but not on a pull request; `true` or `false`.',
    parse: choice('auto', 'true', 'false'),
    default: 'auto',
  }),
  load: input({
    help: "Load the image into the container engine, under the plain tag and apko's `-<arch>` one.",
    parse: flag,
    default: 'false',
  }),
  output: input({
    help: "Folder for layouts, SBOMs, packages, docker tars and the record. Left out: a folder in the runner's temp.",
    parse: text,
  }),
  packages: input({
    help: 'Repository folders of `package` steps (their output of this name), or folders that hold such, a line each; several are merged into one.',
    parse: lines,
  }),
  runner: input({
    help: "melange's sandbox: `auto` takes bubblewrap where it works, else docker; or `bubblewrap`, `docker`, `qemu`.",
    parse: choice('auto', 'bubblewrap', 'docker', 'qemu'),
    default: 'auto',
  }),
  jobs: input({
    help: 'Packages built side by side at most. Left out: one per core, as long as each has 2 GiB of memory.',
    parse: count,
  }),
  cache: input({
    help: '`auto` takes packages that were built before, and downloads, from earlier runs, but not for tags, releases and code of strangers; `true` or `false`.',
    parse: choice('auto', 'true', 'false'),
    default: 'auto',
  }),
  'signing-key': input({
    help: 'Private RSA key (PEM, a secret) that signs the packages, or the path of its file. Left out: a throw-away pair for this run.',
    parse: text,
    secret: true,
  }),
  'melange-version': input({
    help: "melange: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's pair.",
    parse: text,
  }),
  'apko-version': input({
    help: "apko: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's pair.",
    parse: text,
  }),
  'melange-sha256': input({
    help: "sha256 of melange's release tarball, for a version outside the catalogue or a mirror of your own build.",
    parse: sha256,
  }),
  'apko-sha256': input({
    help: "sha256 of apko's release tarball, for a version outside the catalogue or a mirror of your own build.",
    parse: sha256,
  }),
  'tools-mirror': input({
    help: 'Base URL that stands in for `https://github.com` when release tarballs are downloaded.',
    parse: url,
    default: 'https://github.com',
  }),
  'keyring-append': input({
    help: 'Public keys that package indexes may be signed with, a path or URL a line.',
    parse: lines,
  }),
  'repository-append': input({
    help: "Package repositories for builds and images, a line each; apko stores them in the image's `/etc/apk/repositories`.",
    parse: lines,
  }),
  'build-repository-append': input({
    help: 'Package repositories for builds and images that are not stored in the image, a line each.',
    parse: lines,
  }),
  'package-append': input({ help: 'Packages added to every image, a line each.', parse: lines }),
  lockfile: input({
    help: 'Lock of an image: `update` writes it, `frozen` fails unless it is there and right, or its path. Left out: `<name>.lock.json` beside the apko file, if present.',
    parse: text,
  }),
  reproduce: input({
    help: 'Build every image a second time, in another folder, and fail when its digest differs.',
    parse: flag,
    default: 'false',
  }),
  namespace: input({ help: "melange's `--namespace`, used in package URLs of SBOMs.", parse: text }),
  'pipeline-dir': input({
    help: "Folders with pipelines of your own beside melange's, a line each.",
    parse: lines,
  }),
  'source-dir': input({
    help: "Folder whose content the build starts from. Left out: the melange file's folder.",
    parse: text,
  }),
  'env-file': input({ help: 'File of environment variables for the build steps.', parse: text }),
  'vars-file': input({ help: "File of variables for the recipes' `vars`.", parse: text }),
  'vcs-url': input({
    help: 'Let apko find the URL of the git repository and store it in the image.',
    parse: flag,
    default: 'false',
  }),
  'source-date-epoch': input({
    help: "Seconds since 1970 stamped on what is built. Left out: the commit's time.",
    parse: epoch,
  }),
  registry: input({
    help: 'Host that `username` and `token` are for. Left out: that of the first `image`.',
    parse: text,
  }),
  username: input({
    help: 'User name at the registry. Left out: the actor on ghcr.io, else the docker configuration.',
    parse: text,
  }),
  token: input({
    help: "Password or token at the registry, with `username`. Left out: the job's token on ghcr.io, else the docker configuration.",
    parse: text,
    secret: true,
    expression: "${{ github.server_url == 'https://github.com' && github.token || '' }}",
  }),
  ...scannerInputs,
  ...scanInputs,
  ...signingInputs,
  ...releaseInputs,
  ...planInputs,
  deadline: input({
    help: 'How long an outage of a service is waited out, such as `90s` or `10m`.',
    parse: duration,
    default: '10m',
  }),
  'melange-args': input({ help: 'Further arguments for `melange build`, a line each.', parse: lines }),
  'apko-args': input({ help: 'Further arguments for `apko build`, a line each.', parse: lines }),
} as const

export type InputName = keyof typeof table
