import { cosignCommands } from './cosign-commands.ts'
import { githubCommand } from './github-command.ts'
import { kyvernoPolicy } from './kyverno-policy.ts'
import { controllerPolicy } from './controller-policy.ts'
import type { Verification, VerifyText } from './verification.ts'

/** Every way of verifying the image that fits how it was signed, with the right identity. */
export function verifyTexts(verification: Verification): readonly VerifyText[] {
  return [
    ...cosignCommands(verification),
    ...githubCommand(verification),
    ...kyvernoPolicy(verification),
    ...controllerPolicy(verification),
  ]
}

/** The commands alone, a line each, for the output `verify-commands`. */
export function verifyCommands(verification: Verification): string {
  return verifyTexts(verification)
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text)
    .join('\n')
}
