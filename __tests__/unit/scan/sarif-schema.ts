import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'

const file = new URL('../../fixtures/sarif/sarif-schema-2.1.0.json', import.meta.url)
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  formats: { uri: true, 'uri-reference': true, 'date-time': true },
})
// Of draft 4 it uses nothing that a later one does not know; only its own name is spelt otherwise there.
const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
const validate = ajv.compile(schema)

/** What the official JSON schema of SARIF 2.1.0 has against a document. */
export function sarifProblems(document: unknown): readonly string[] {
  validate(document)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
