/** Reads what a step wrote to GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV, by the runner's own rule (`name=value`, or a heredoc). */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const heredoc = /^([^=]*?)<<(.+)$/.exec(line)
    if (heredoc === null) {
      const equals = line.indexOf('=')
      if (equals < 0) throw new Error(`the runner would refuse the line ${JSON.stringify(line)}`)
      values[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    const [, name = '', end] = heredoc
    const value: string[] = []
    for (at += 1; lines[at] !== end; at += 1) {
      if (at >= lines.length) throw new Error(`the heredoc of ${name} has no end`)
      value.push(lines[at] ?? '')
    }
    values[name] = value.join('\n')
  }
  return values
}

export interface LogCommand {
  readonly command: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

/** Workflow commands in a log: `::error file=a.yaml,line=3::text`. */
export function parseLogCommands(log: string): readonly LogCommand[] {
  return [...log.matchAll(/^::([a-z-]+)(?: ([^\n]*?))?::(.*)$/gm)].map(
    ([, command = '', properties = '', message = '']) => ({
      command,
      message: decode(message),
      properties: Object.fromEntries(
        properties
          .split(',')
          .filter(Boolean)
          .map(pair => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1))]),
      ),
    }),
  )
}

/** The log as people see it: values that were masked are replaced in every line. */
export function maskLog(log: string): string {
  const secrets = parseLogCommands(log).filter(
    ({ command, message }) => command === 'add-mask' && message !== '',
  )
  const shown = log.split('\n').filter(line => !line.startsWith('::add-mask::'))
  return secrets.reduce((text, { message }) => text.replaceAll(message, '***'), shown.join('\n'))
}

function decode(text: string): string {
  return text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%')
}
