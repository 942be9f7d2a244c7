import { describe, expect, it } from 'vitest'
import { explainLines, explainRecorded, lineOf } from './recorded-builds.ts'

describe('an index that is not taken', () => {
  it.each([
    [
      '1.2.31-nodistrokey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by distro.rsa.pub (known: melange.rsa.pub)',
      3,
      'distro.rsa.pub to keyring-append',
    ],
    [
      '0.14.7-nodistrokey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by distro.rsa.pub',
      3,
      'distro.rsa.pub to keyring-append',
    ],
    [
      '1.2.31-nolocalkey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by melange.rsa.pub (known: distro.rsa.pub)',
      4,
      'melange.rsa.pub, in keyring-append',
    ],
    [
      '0.14.7-nolocalkey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by melange.rsa.pub',
      4,
      'melange.rsa.pub, in keyring-append',
    ],
    ['1.2.31-nokeys', 'PACKAGE_UNRESOLVED', 'there is no key for its signature', 4, 'keyring-append'],
    ['0.14.7-nokeys', 'PACKAGE_UNRESOLVED', 'there is no key for its signature', 3, 'keyring-append'],
    [
      '0.14.7-rsa256',
      'TOOL_UNSUITED',
      'does not know signatures of the kind .SIGN.RSA256.melange.rsa.pub',
      4,
      'apko 0.18',
    ],
    [
      '1.2.31-http401',
      'PACKAGE_UNRESOLVED',
      'http://apk.example/s401/x86_64/APKINDEX.tar.gz answers 401',
      3,
      'HTTP_AUTH',
    ],
    [
      '0.14.7-http403',
      'PACKAGE_UNRESOLVED',
      'http://apk.example/s403/x86_64/APKINDEX.tar.gz answers 403',
      3,
      'HTTP_AUTH',
    ],
    ['1.2.31-http403', 'PACKAGE_UNRESOLVED', 'answers 403', 3, 'HTTP_AUTH'],
    ['0.14.7-http401', 'PACKAGE_UNRESOLVED', 'answers 401', 3, 'HTTP_AUTH'],
    [
      '1.2.31-http404',
      'PACKAGE_UNRESOLVED',
      'cannot be used for x86_64: http://apk.example/s404/x86_64/APKINDEX.tar.gz answers 404',
      3,
      'packages for x86_64',
    ],
    ['0.14.7-http404', 'PACKAGE_UNRESOLVED', 'answers 404', 3, 'packages for x86_64'],
    ['1.2.31-http-riscv', 'PACKAGE_UNRESOLVED', 'cannot be used for riscv64', 3, 'packages for riscv64'],
    ['0.14.7-http-riscv', 'PACKAGE_UNRESOLVED', 'cannot be used for riscv64', 3, 'packages for riscv64'],
    ['1.2.31-html', 'PACKAGE_UNRESOLVED', 'is not a package index (a login page, perhaps)', 3, 'address'],
    ['0.14.7-html', 'PACKAGE_UNRESOLVED', 'is not a package index (a login page, perhaps)', 3, 'address'],
    [
      '1.2.31-unreach',
      'NETWORK_FAILED',
      'https://nosuch.invalid/alpine cannot be used for x86_64: dial tcp: lookup nosuch.invalid on 192.0.2.53:53: no such host',
      3,
      'proxy',
    ],
    [
      '1.2.31-refused',
      'NETWORK_FAILED',
      'http://127.0.0.1:9/alpine cannot be used for x86_64: dial tcp 127.0.0.1:9: connect: connection refused',
      3,
      'proxy',
    ],
    ['0.14.7-refused', 'NETWORK_FAILED', 'dial tcp 127.0.0.1:9: connect: connection refused', 3, 'proxy'],
  ])('%s', (name, code, message, at, hint) => {
    expect(explainRecorded(name)).toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      at: lineOf(at),
    })
  })

  it('is not signed at all', () => {
    const text =
      'Error: locking config: resolving apk packages: for arch "amd64": error getting repository indexes: reading index packages/x86_64/APKINDEX.tar.gz: failed to find key name in signature file name: APKINDEX'
    const failure = explainLines([text])
    expect(failure).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message: 'the package repository packages cannot be used for x86_64: its index is not signed',
    })
  })
})
