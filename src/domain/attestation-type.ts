/** Media type and artifact type of a Sigstore bundle that is attached to an image. */
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** Predicate type of what was found in an image; cosign's short name is `vuln`. */
export const vulnerabilitiesType = 'https://cosign.sigstore.dev/attestation/vuln/v1'
