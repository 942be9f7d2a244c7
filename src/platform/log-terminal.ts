import { styleText } from 'node:util'
import type { SourcePlace } from '../domain/failure.ts'
import type { Log } from '../ports.ts'
import { openTracks } from './tracks.ts'

/** The log of a laptop: plain lines on standard error, so that standard output stays for the result. */
export function terminalLog(stream: NodeJS.WriteStream, verbose: boolean): Log {
  let indent = ''
  const write = (line: string): void => void stream.write(`${indent}${line}\n`)
  const colour = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream })
  const fold = {
    start(title: string) {
      write(colour('bold', title))
      indent = '  '
    },
    line: write,
    end() {
      indent = ''
    },
  }
  return {
    info: write,
    debug: line => (verbose ? write(colour('dim', line)) : undefined),
    notice: (text, at) => write(`${colour('cyan', 'notice:')} ${prefix(at)}${text}`),
    warning: (text, at) => write(`${colour('yellow', 'warning:')} ${prefix(at)}${text}`),
    async group(title, body) {
      fold.start(title)
      try {
        return await body()
      } finally {
        fold.end()
      }
    },
    track: openTracks(fold),
  }
}

/** `file:line: `, where the text does not say it already. */
export function prefix(at: SourcePlace | undefined): string {
  if (at === undefined) return ''
  return at.line === undefined ? `${at.file}: ` : `${at.file}:${at.line}: `
}
