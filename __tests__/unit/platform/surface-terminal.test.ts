import { afterEach, expect, it, vi } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { terminalSurface } from '../../../src/platform/surface-terminal.ts'

afterEach(() => vi.restoreAllMocks())

function told(message: string): string {
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    written.push(String(text))
    return true
  })
  const at = { file: 'apko.yaml', line: 4 }
  terminalSurface(() => '').fail(new Failure('IMAGE_FAILED', message, { at }))
  return written.join('')
}

it('puts the place before an error whose first line does not name the file', () => {
  expect(told('apko failed:\nreading apko.yaml')).toBe(
    'error: apko.yaml:4: apko failed:\nreading apko.yaml\n(IMAGE_FAILED)\n',
  )
  expect(told('apko.yaml:4: no such key\nlast')).toBe(
    'error: apko.yaml:4: no such key\nlast\n(IMAGE_FAILED)\n',
  )
})
