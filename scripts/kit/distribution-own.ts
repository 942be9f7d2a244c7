import type { ApkFacts } from './apk-package.ts'
import type { Deb } from './deb-package.ts'
import { apkVersion } from './deb-to-apk.ts'
import { tarEntry, type TarEntry } from './tar.ts'

export interface OwnParts {
  readonly debs: readonly Deb[]
  /** Commands that busybox can be. */
  readonly applets: readonly string[]
  /** Certificates that the machine trusts (PEM); undefined for Debian's own. */
  readonly certificates: string | undefined
}

/** What the distribution has that no Debian package is: busybox with its commands, the base files, Alpine's other names. */
export function ownPackages({ debs, applets, certificates }: OwnParts): ApkFacts[] {
  const busybox = debs.find(deb => deb.name === 'busybox-static')
  const program = busybox?.entries.find(entry => entry.name === 'bin/busybox')
  const version = apkVersion(busybox?.version ?? '')
  const links = applets.map(name => link(`bin/${name}`, '/bin/busybox'))
  const commands = applets.map(name => `cmd:${name}=${version}`)
  return [
    own('busybox', {
      version,
      entries: program ? [program, ...links] : [],
      provides: ['/bin/sh', ...commands],
    }),
    own('alpine-baselayout-data', { version: '3.7.0-r0', entries: baseFiles }),
    own('ca-certificates-bundle', {
      entries: [
        file('etc/ssl/certs/ca-certificates.crt', certificates ?? debianCertificates(debs)),
        link('etc/ssl/cert.pem', 'certs/ca-certificates.crt'),
      ],
    }),
    ...['gcc', 'musl-dev', 'python3-dev'].map(name => own(name, {})),
    own('build-base', { depends: ['gcc'] }),
    own('py3-pip', { depends: ['python3-pip'] }),
    own('py3-virtualenv', { depends: ['virtualenv', 'python3-venv'] }),
  ]
}

const baseFiles: readonly TarEntry[] = [
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n'),
  file('etc/group', 'root:x:0:root\nnobody:x:65534:\n'),
  file('etc/hosts', '127.0.0.1\tlocalhost\n'),
  file('etc/nsswitch.conf', 'hosts: files dns\n'),
  // Scanners know no distribution of ours: this one says that it is wolfi, of which the kit's database has made-up vulnerabilities.
  file('etc/os-release', 'ID=wolfi\nNAME="Local test distribution"\nVERSION_ID=20230201\n'),
  tarEntry('tmp', { type: 'folder', mode: 0o1777 }),
  tarEntry('root', { type: 'folder', mode: 0o700 }),
]

function own(name: string, given: Partial<ApkFacts>): ApkFacts {
  const rest = { version: '1.0.0-r0', description: name, origin: name }
  return { name, ...rest, depends: [], provides: [], entries: [], ...given }
}

function file(name: string, text: string): TarEntry {
  return tarEntry(name, { data: Buffer.from(text) })
}

function link(name: string, target: string): TarEntry {
  return tarEntry(name, { type: 'symlink', mode: 0o777, link: target })
}

function debianCertificates(debs: readonly Deb[]): string {
  const found = debs.find(deb => deb.name === 'ca-certificates')?.entries ?? []
  // Only this folder: the package has an example that is no certificate in another one.
  const certificates = found.filter(entry => /^usr\/share\/ca-certificates\/.*\.crt$/.test(entry.name))
  return certificates.map(entry => `${entry.data.toString().trim()}\n`).join('')
}
