import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'

const file = new URL('../../fixtures/spdx/spdx-2.3.schema.json', import.meta.url)
const ajv = new Ajv({ allErrors: true, strict: false })
const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object)

/** What the official JSON schema of SPDX 2.3 has against a document, as it is written. */
export function schemaProblems(text: string): readonly string[] {
  validate(JSON.parse(text))
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
