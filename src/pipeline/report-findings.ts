import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { foreseen } from '../domain/outcome.ts'
import type { Inputs } from '../inputs/actions.ts'
import { uploadSarif, type UploadOutcome } from '../github/code-scanning.ts'
import { openGithub } from '../github/rest.ts'
import type { World } from '../ports.ts'
import { sarifFiles, type SarifFile } from '../scan/sarif-files.ts'
import type { ScannedImage } from './scan-images.ts'
import type { ScanPlan } from './scan-plan.ts'

export interface ReportWish {
  readonly plan: Pick<ScanPlan, 'sarif' | 'scanner'>
  readonly inputs: Pick<Inputs<'image'>, 'github-token' | 'deadline'>
  /** Absolute path of the output folder. */
  readonly output: string
}

/** What was written, by the apko file of the image; and what goes on beside the rest of the run. */
export interface Reports {
  /** Relative to the output folder. */
  readonly files: ReadonlyMap<string, string>
  /** Hands the documents to GitHub, when wanted; what goes wrong is a remark, and no failure. */
  readonly upload: () => Promise<void>
}

/** Writes the SARIF documents of a run, `findings.sarif`; several where GitHub does not take all in one. */
export async function reportFindings(
  scanned: readonly ScannedImage[],
  wish: ReportWish,
  world: World,
): Promise<Reports> {
  const files = new Map<string, string>()
  if (wish.plan.sarif === 'false') return { files, upload: async () => {} }
  const documents = sarifFiles(
    scanned.map(({ image, findings, descriptions, scan }) => ({
      name: image.plan.file.name,
      scanner: scan.scanner,
      findings,
      descriptions,
    })),
  )
  for (const [at, { json, images, cut }] of documents.entries()) {
    const file = at === 0 ? 'findings.sarif' : `findings-${at + 1}.sarif`
    await writeFile(join(wish.output, file), json)
    for (const { image } of scanned.filter(each => images.includes(each.image.plan.file.name))) {
      files.set(image.plan.file.file, file)
    }
    if (cut.length > 0) {
      world.log.warning(
        `${file}: GitHub takes no more, so the least findings are left out of it: ${cut.join(', ')}; the build record has all`,
      )
    }
  }
  return { files, upload: () => uploadAll(documents, wish, world) }
}

async function uploadAll(documents: readonly SarifFile[], wish: ReportWish, world: World): Promise<void> {
  const target = targetOf(wish, world)
  if (target === undefined) return
  const { log, clock } = world
  const { api, token, ...place } = target
  try {
    const github = openGithub({ api, token }, world)
    for (const { gzip } of documents) {
      const upload = { ...place, gzip, tool: wish.plan.scanner, startedAt: clock.now() }
      tell(
        await uploadSarif(upload, { github, clock, deadline: wish.inputs.deadline }),
        place.repository,
        log,
      )
    }
  } catch (error) {
    for (const { message } of foreseen(error)) log.warning(`findings were not uploaded: ${message}`)
  }
}

/** Where the findings go; undefined when nowhere, which is said where somebody may expect them. */
function targetOf({ plan, inputs }: ReportWish, { context, log }: World) {
  const { workflow, event, repository, commit, ref = '', api = 'https://api.github.com' } = context
  const token = inputs['github-token']
  if (plan.sarif !== 'upload' || !workflow || repository === undefined || commit === undefined)
    return undefined
  // Such a run has the name of the base branch, whatever it checked out: that branch's alerts must not change.
  const isBase = event === 'pull_request_target'
  if (isBase || !/^refs\/(heads|tags|pull)\//.test(ref)) {
    log.notice(
      `findings are not uploaded on ${event ?? 'this event'} (${ref}): they would count as those of another branch`,
    )
    return undefined
  }
  if (token !== undefined) return { repository, commit, ref, api, token }
  log.notice(
    `findings are not uploaded: there is no token for ${api}; give github-token, or say \`sarif: file\``,
  )
  return undefined
}

function tell(outcome: UploadOutcome, repository: string, log: World['log']): void {
  switch (outcome.state) {
    case 'complete':
      return log.info(`findings of ${repository} are in its Security tab`)
    case 'pending':
      return log.notice('findings were uploaded; GitHub has not dealt with them yet')
    case 'tooLarge':
      return log.warning(
        'findings were not uploaded: GitHub finds the SARIF document too large; it is in the output folder',
      )
    case 'failed':
      return log.warning(
        `GitHub could not take the findings: ${outcome.words}; the SARIF document is in the output folder`,
      )
    case 'refused':
      return log.notice(
        `findings are not shown in the Security tab: ${outcome.words.replace(/[.\s]+$/, '')}. Add \`security-events: write\` to the permissions of the job, and turn code scanning on (private repositories need GitHub Advanced Security); or say \`sarif: file\`.`,
      )
  }
}
