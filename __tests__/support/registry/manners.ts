import { refused, json, type Answer } from './answer.ts'

/** How a registry speaks to who may not do what it is asked: its own words, statuses and places. */
export interface Manner {
  readonly auth: 'bearer' | 'basic'
  /** Path of the token service. */
  readonly tokens: string
  /** Whether a repository (or the project that it is in) has to be made before it is pushed to. */
  readonly onlyExisting?: Answer
  /** To a login that nobody has. */
  readonly unknownLogin: Answer
  /** To a login that may not do it. */
  readonly missing: (to: Missing) => Answer
  /** Whether the token service says so already, instead of the registry. */
  readonly atTokens?: true
}

export interface Missing {
  readonly name: string
  readonly action: 'push' | 'pull'
  readonly exists: boolean
}

const verb = ({ exists }: Missing): string => (exists ? 'write_package' : 'create_package')

/** Words as they are told in public threads; each links them to its cure in docs/decisions/0014. */
export const manners = {
  ghcr: {
    auth: 'bearer',
    tokens: '/token',
    unknownLogin: refused(403, 'DENIED', 'denied'),
    missing: to => refused(403, 'DENIED', to.action === 'push' ? `permission_denied: ${verb(to)}` : 'denied'),
  },
  'ghcr, a package of an organisation': {
    auth: 'bearer',
    tokens: '/token',
    unknownLogin: refused(403, 'DENIED', 'denied'),
    missing: ({ exists }) =>
      refused(
        403,
        'DENIED',
        `installation not allowed to ${exists ? 'Write' : 'Create'} organization package`,
      ),
  },
  'ghcr, a token without the scope': {
    auth: 'bearer',
    tokens: '/token',
    unknownLogin: refused(403, 'DENIED', 'denied'),
    missing: () =>
      refused(403, 'DENIED', 'permission_denied: The token provided does not match expected scopes.'),
  },
  'ghcr, single sign-on': {
    auth: 'bearer',
    tokens: '/token',
    unknownLogin: refused(403, 'DENIED', 'denied'),
    missing: () =>
      refused(
        403,
        'DENIED',
        'permission_denied: Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      ),
  },
  'ghcr, an expired token': {
    auth: 'bearer',
    tokens: '/token',
    unknownLogin: refused(
      401,
      'UNAUTHORIZED',
      'unauthenticated: User cannot be authenticated with the token provided.',
    ),
    missing: () => refused(403, 'DENIED', 'denied'),
  },
  'Docker Hub': {
    auth: 'bearer',
    tokens: '/token',
    unknownLogin: json(401, { details: 'incorrect username or password' }),
    missing: () => refused(401, 'DENIED', 'requested access to the resource is denied'),
  },
  ECR: {
    auth: 'basic',
    tokens: '/token',
    onlyExisting: refused(
      404,
      'NAME_UNKNOWN',
      "The repository with name 'octo/new' does not exist in the registry with id '123456789012'",
    ),
    unknownLogin: refused(
      403,
      'DENIED',
      'Your authorization token has expired. Reauthenticate and try again.',
    ),
    missing: () =>
      refused(
        403,
        'DENIED',
        'User: arn:aws:iam::123456789012:user/octo is not authorized to perform: ecr:InitiateLayerUpload',
      ),
  },
  Quay: {
    auth: 'bearer',
    tokens: '/v2/auth',
    unknownLogin: json(401, { error: 'Invalid Username or Password' }),
    missing: () => refused(401, 'UNAUTHORIZED', 'access to the requested resource is not authorized'),
  },
  Harbor: {
    auth: 'bearer',
    tokens: '/service/token',
    onlyExisting: refused(404, 'NOT_FOUND', 'project octo not found'),
    unknownLogin: refused(401, 'UNAUTHORIZED', 'unauthorized: authentication required'),
    missing: ({ name, action }) =>
      refused(401, 'UNAUTHORIZED', `unauthorized to access repository: ${name}, action: ${action}`),
  },
  GitLab: {
    auth: 'bearer',
    tokens: '/jwt/auth',
    atTokens: true,
    unknownLogin: refused(401, 'UNAUTHORIZED', 'HTTP Basic: Access denied'),
    missing: () => refused(403, 'DENIED', 'access forbidden'),
  },
} as const satisfies Readonly<Record<string, Manner>>

export type MannerName = keyof typeof manners
