import { basename } from 'node:path'
import type { ApkFacts } from './apk-package.ts'
import type { Deb } from './deb-package.ts'

/** Packages that only maintainer scripts need, or whose part busybox and our own packages play. */
const dropped: ReadonlySet<string> = new Set([
  'busybox-static',
  'ca-certificates',
  'debconf',
  'dpkg',
  'libacl1',
  'libmd0',
  'libpcre2-8-0',
  'libselinux1',
  'openssl',
  'perl-base',
  'python3-lib2to3',
  'tar',
])
const unwanted =
  /^usr\/share\/(doc|man|locale|lintian|bash-completion|zsh|pixmaps|applications|binfmts|info)(\/|$)|\/__pycache__(\/|$)/
const library = /^(usr\/)?lib(64|\/[a-z0-9_]+-linux-gnu[a-z]*)?\/[^/]+\.so(\.\d+)*$/
const command = /^(usr\/)?s?bin\/[^/]+$/

/** The packages as apks: those that stand on their own in a build, without documentation and compiled Python. */
export function convertDebs(debs: readonly Deb[]): ApkFacts[] {
  const kept = debs.filter(deb => !dropped.has(deb.name))
  const have = new Set(kept.flatMap(deb => [deb.name, ...deb.provides]))
  return kept.map(deb => convertDeb(deb, have))
}

function convertDeb(deb: Deb, have: ReadonlySet<string>): ApkFacts {
  const { name, description, origin } = deb
  const version = apkVersion(deb.version)
  // Debian names what it prefers first, but apt may have taken another: the first one that is really there.
  const depends = deb.depends.flatMap(names => names.find(other => have.has(other)) ?? [])
  const paths = deb.entries.filter(entry => entry.type !== 'folder').map(entry => entry.name)
  const libraries = paths.filter(path => library.test(path)).map(path => `so:${basename(path)}=0`)
  const commands = paths.filter(path => command.test(path)).map(path => `cmd:${basename(path)}=${version}`)
  return {
    name,
    version,
    description,
    origin,
    depends: [...new Set(depends)],
    provides: [...new Set([...libraries, ...commands, ...deb.provides])],
    entries: deb.entries.filter(entry => !unwanted.test(entry.name)),
  }
}

/** `1:3.11.2-6+deb12u5` as `3.11.2-r6`: upstream's numbers and the first number of Debian's revision. */
export function apkVersion(debian: string): string {
  const [, upstream = '0', revision = '0'] =
    /^(\d+(?:\.\d+)*)(?:.*-(\d+))?/.exec(debian.replace(/^\d+:/, '')) ?? []
  return `${upstream}-r${revision}`
}
