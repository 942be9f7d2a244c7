import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { explainLines, explainRecorded, lineOf, recordedLines, recordedLogs } from './recorded-builds.ts'

describe('the rest', () => {
  it.each([
    ['1.2.31-full-out', 'DISK_FULL', 'the disk is full, seen while writing small/o/blobs'],
    ['1.2.31-full-tmp', 'DISK_FULL', 'the disk is full, seen while writing /mnt/full'],
    ['0.14.7-full-tmp', 'DISK_FULL', 'the disk is full, seen while writing /mnt/full'],
    ['1.2.31-typo', 'CONFIG_INVALID', 'apko.yaml:9: apko 1.2.31 does not know "layerng"'],
    [
      '1.2.31-brokenlist',
      'CONFIG_INVALID',
      'apko.yaml:9: apko 1.2.31 cannot read it: cannot unmarshal !!seq into string',
    ],
    [
      '0.14.7-brokenlist',
      'CONFIG_INVALID',
      'apko.yaml:9: apko 0.14.7 cannot read it: cannot unmarshal !!seq into string',
    ],
    ['1.2.31-nofile', 'CONFIG_INVALID', 'apko.yaml:1: apko 1.2.31 cannot read it: file does not exist'],
    [
      '1.2.31-keymissing',
      'CONFIG_MISSING',
      'the key nokey.rsa.pub cannot be read: no such file or directory',
    ],
    [
      '0.14.7-keymissing',
      'CONFIG_MISSING',
      'the key nokey.rsa.pub cannot be read: no such file or directory',
    ],
    ['1.2.31-badflag', 'INPUT_INVALID', 'apko 1.2.31 build does not take --nosuch'],
    ['0.14.7-badflag', 'INPUT_INVALID', 'apko 0.14.7 build does not take --nosuch'],
  ])('%s', (name, code, message) => {
    const failure = explainRecorded(name)
    expect([failure.code, failure.message.slice(0, message.length)]).toEqual([code, message])
  })

  it('names the file that has no repository', () => {
    const said =
      'Error: building "amd64" layer: failed to set apk repositories: must provide at least one repository'
    expect(explainLines([said])).toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'apko.yaml names no package repository that goes into the image',
      hint: expect.stringContaining('contents.repositories or in the input "repository-append"') as string,
      at: lineOf(1),
    })
  })

  const fromLock =
    'Error: building "amd64" layer: failed installation from lockfile /tmp/image.lock.json: installing packages: expanding {hello x Q1x}: fetching package "hello": '
  it.each([
    [
      '/srv/x86_64/hello-1-r0.apk',
      'failed to read repository package apk /srv/x86_64/hello-1-r0.apk: open /srv/x86_64/hello-1-r0.apk: no such file or directory',
    ],
    [
      'https://host/x86_64/hello-1-r0.apk',
      'unable to get package apk at https://host/x86_64/hello-1-r0.apk: unexpected status code: 404',
    ],
  ])('tells a lock whose package is gone: %s', (address, said) => {
    expect(explainLines([fromLock + said])).toMatchObject({
      code: 'LOCK_STALE',
      message: `the lock of apko.yaml is out of date: it names hello-1-r0, which the repository does not have (${address})`,
      hint: expect.stringContaining('"lockfile: update"') as string,
      at: lineOf(7),
    })
  })

  it('blames the repository for an error of another kind, lock or not', () => {
    const said =
      'unable to get package apk at https://host/x86_64/hello-1-r0.apk: unexpected status code: 503'
    expect(explainLines([fromLock + said]).code).toBe('PACKAGE_UNRESOLVED')
  })

  it('shows what apko said last when it cannot tell', () => {
    const said = (...lines: string[]) => explainLines(lines, { code: 2 })
    expect(said('a', 'Error: something new')).toMatchObject({
      code: 'IMAGE_FAILED',
      message: 'apko 1.2.31 could not build apko.yaml (exit code 2):\nsomething new',
    })
    expect(said('panic: a', 'goroutine 1').message).toContain('panic: a\ngoroutine 1')
    expect(said().message).toBe('apko 1.2.31 could not build apko.yaml (exit code 2)')
  })

  it('has every recorded log told apart from an unknown failure', () => {
    const names = readdirSync(recordedLogs).map(name => name.replace('.log', ''))
    expect(names.length).toBeGreaterThan(40)
    for (const name of names) expect([name, explainRecorded(name).code]).not.toEqual([name, 'IMAGE_FAILED'])
  })

  it('shows an error once', () => {
    expect(recordedLines('1.2.31-badver').filter(each => each.includes('9.9.9'))).toHaveLength(2)
    expect(recordedLines('0.14.7-badflag')).toEqual(['Error: unknown flag: --nosuch'])
  })
})
