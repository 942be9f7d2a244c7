import { createPrivateKey } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { signApk } from './apk-parts.ts'
import { fakeIndex } from './bundle/fake-index.ts'
import type { Answer } from './fake-ports.ts'

/** Does what `melange sign` and `melange index` do to files. */
export const signingMelange: Answer = async ({ args }) => {
  const [command, ...rest] = args
  const key = rest[rest.indexOf('--signing-key') + 1] ?? ''
  const apks = rest.filter(each => each.endsWith('.apk'))
  if (command === 'index') await writeFile(rest[rest.indexOf('-o') + 1] ?? '', await fakeIndex(apks, key))
  else if (command === 'sign') {
    const privateKey = createPrivateKey(await readFile(key))
    for (const apk of apks) {
      await writeFile(apk, signApk(await readFile(apk), privateKey, `${basename(key)}.pub`))
    }
  } else return { code: 1, stderr: `no command ${command}` }
  return {}
}
