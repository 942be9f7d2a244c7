import type { Access } from './access.ts'
import type { Complaint } from './complaint.ts'

/** What a refusal means, by the words of the registry, and what to do about it. */
export interface DenialCure {
  /** Stable name of the cause, for tests and documents. */
  readonly cause: string
  /** Registries that say it; all when left out. Words alone tell most of them. */
  readonly registry?: RegExp
  /** Tried on the words, and on the code when there are none. */
  readonly says: RegExp
  readonly cure: (access: Access) => string
}

const expired = /cannot be authenticated with the token|token (?:has |is )?expired|expired token/i
const ecrEnds =
  'Logins of ECR end after 12 hours: log in again right before this step (aws-actions/amazon-ecr-login).'

/** Refusals that are known, the most particular first. Where each text comes from is in docs/decisions/0014. */
export const denialCures: readonly DenialCure[] = [
  // GitHub Packages
  {
    cause: 'single sign-on',
    says: /\bSAML\b|single sign-on|\bSSO\b/i,
    cure: access =>
      `The organisation ${ownerOf(access)} wants single sign-on: authorise the token for it${isGithub(access) ? ` (github.com/settings/tokens, "Configure SSO"), or use the job's own token (github.token), which needs none` : ''}.`,
  },
  {
    cause: 'scopes of the token',
    says: /does not match expected scopes/i,
    cure: access =>
      `The token lacks the scope ${levelOf(access)}:packages, or is a fine-grained one, which GitHub Packages does not take. Use the job's own token (github.token) with "packages: ${levelOf(access)}" in the job's permissions, or a classic personal access token with that scope.`,
  },
  {
    cause: 'installation',
    says: /installation not allowed to (?:create|write|read)/i,
    cure: access =>
      `${permission(access)}. If it is there, the organisation ${ownerOf(access)} does not let workflows do this: an owner allows it in the organisation's settings, under Packages ("Package creation") and under Actions, General ("Workflow permissions"). Tokens of GitHub Apps other than the job's own cannot make packages at all.`,
  },
  {
    cause: 'no permission to create',
    says: /create_package/,
    cure: access =>
      `${permission(access)}; a personal token needs the scope write:packages. The package does not exist yet: the owner in ${access.repository.path} has to be yours, and an organisation has to let its members create packages.`,
  },
  {
    cause: 'no permission for the package',
    says: /(?:write|read)_package/,
    cure: access => `${permission(access)}. If it is there, ${ofAnother(access)}`,
  },
  // Amazon ECR, whatever the host: it may have a name of one's own.
  { cause: 'ECR: expired token', says: /your authorization token has expired/i, cure: () => ecrEnds },
  {
    cause: 'ECR: expired token',
    registry: /\.dkr\.ecr[.-]|^public\.ecr\.aws$/,
    says: expired,
    cure: () => ecrEnds,
  },
  {
    cause: 'expired token',
    says: expired,
    cure: access =>
      isGithub(access)
        ? "The token is expired, revoked or mistyped. The job's own token (github.token) lasts as long as the job; a personal one is renewed at github.com/settings/tokens."
        : `The token is expired, revoked or mistyped: make another one at ${access.repository.registry}, and log in right before this step.`,
  },
  // Docker Hub
  {
    cause: 'Docker Hub: repository or scope',
    registry: /^docker\.io$/,
    says: /requested access to the resource is denied|insufficient.scope/i,
    cure: access =>
      `The login has to own ${ownerOf(access)} on Docker Hub or be a member who may write there, and an access token needs the permission "Read & Write" (app.docker.com/settings/personal-access-tokens).`,
  },
  // Amazon ECR
  {
    cause: 'ECR: policy',
    says: /is not authorized to perform:? ?ecr/i,
    cure: () =>
      'Allow the role of the login what a push to ECR takes: ecr:InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage, BatchCheckLayerAvailability, BatchGetImage, GetDownloadUrlForLayer.',
  },
  {
    cause: 'ECR: login',
    registry: /\.dkr\.ecr[.-]|^public\.ecr\.aws$/,
    says: /^(?:UNAUTHORIZED|DENIED|not authorized|)$/i,
    cure: () =>
      'Log in right before this step (aws-actions/amazon-ecr-login): ECR takes the user name "AWS" and a password that lasts for 12 hours.',
  },
  // Quay
  {
    cause: 'Quay: robot',
    says: /access to the requested resource is not authorized/i,
    cure: access =>
      `Create the repository ${access.repository.path} on ${access.repository.registry} if it is not there, since robot accounts cannot, and give the login (for a robot: its whole name, "owner+name") the right Write in its settings.`,
  },
  // Harbor
  {
    cause: 'Harbor: project or right',
    says: /unauthorized to access repository|project .*not found/i,
    cure: access =>
      `Create the project ${ownerOf(access)} on ${access.repository.registry} if it is not there, and give the login the role Developer in it; a robot account (its whole name, "robot$…") needs pull and push of repositories.`,
  },
  // GitLab
  {
    cause: 'GitLab: scope',
    registry: /gitlab/,
    says: /access forbidden|requested access to the resource is denied/i,
    cure: access =>
      `The name has to begin with the path of a project whose container registry is switched on (${access.repository.path}), and the token needs the scope ${access.wish === 'push' ? 'write_registry' : 'read_registry'} and the role Developer there.`,
  },
]

/** The cure that fits the words of a refusal; undefined when none is known. */
export function findCure(access: Access, { code, message }: Complaint): DenialCure | undefined {
  const words = message === '' ? code : message
  return denialCures.find(
    ({ registry, says }) => (registry?.test(access.repository.registry) ?? true) && says.test(words),
  )
}

/** Whether a refusal means that the login is over, and not that it lacks a right. */
export function isEnded({ cause }: DenialCure): boolean {
  return cause.endsWith('expired token')
}

/** What to do about a package that exists and does not know this repository. */
export function ofAnother(access: Access): string {
  const role = access.wish === 'push' ? 'Write' : 'Read'
  return `the package belongs to another repository or was first pushed by hand: in the package's settings, under "Manage Actions access", add this repository with the role ${role}.`
}

function isGithub({ repository }: Access): boolean {
  return repository.registry === 'ghcr.io'
}

function permission(access: Access): string {
  return `Add "packages: ${levelOf(access)}" to the job's permissions`
}

function levelOf({ wish }: Access): 'write' | 'read' {
  return wish === 'push' ? 'write' : 'read'
}

function ownerOf({ repository }: Access): string {
  return repository.path.split('/')[0] ?? repository.path
}
