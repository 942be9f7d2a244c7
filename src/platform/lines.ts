import { StringDecoder } from 'node:string_decoder'

export interface Lines {
  write(chunk: Buffer): void
  /** Passes on what came after the last line end. */
  end(): void
}

/** Cuts UTF-8 bytes into lines at LF, CR or CRLF, however they were split; a long line comes whole. */
export function openLines(onLine: (line: string) => void): Lines {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let afterCarriageReturn = false

  const take = (text: string): void => {
    if (text === '') return
    const from = afterCarriageReturn && text.startsWith('\n') ? 1 : 0
    afterCarriageReturn = text.endsWith('\r')
    const [first = '', ...rest] = text.slice(from).split(/\r\n|\n|\r/)
    parts.push(first)
    for (const piece of rest) {
      onLine(parts.join(''))
      parts = [piece]
    }
  }
  return {
    write: chunk => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      const last = parts.join('')
      parts = []
      if (last !== '') onLine(last)
    },
  }
}
