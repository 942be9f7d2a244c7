/** What may stand at a place of an apko file: an open end (text, list of texts, free map), or a mapping with these keys. Lists are passed through. */
export type Keys = { readonly [key: string]: Keys } | null

const user = { username: null, uid: null, gid: null, shell: null, homedir: null }
const group = { groupname: null, gid: null, members: null }
const path = {
  path: null,
  type: null,
  uid: null,
  gid: null,
  permissions: null,
  source: null,
  recursive: null,
}
const named = { name: null, content: null }

/** Every key of an apko file, as apko 1.2.39 reads it (its pkg/build/types/schema.json). */
export const apkoKeys: Keys = {
  contents: {
    build_repositories: null,
    runtime_repositories: null,
    repositories: null,
    keyring: null,
    runtime_keyring: named,
    packages: null,
    baseimage: { image: null, apkindex: null },
  },
  entrypoint: { type: null, command: null, 'shell-fragment': null, services: null },
  cmd: null,
  'stop-signal': null,
  'work-dir': null,
  accounts: { 'run-as': null, users: user, groups: group },
  archs: null,
  environment: null,
  paths: path,
  'vcs-url': null,
  annotations: null,
  include: null,
  volumes: null,
  layering: { strategy: null, budget: null },
  format: null,
  certificates: { additional: named, providers: null },
}
