/** The RSA key that signs packages and their index (apk's `.SIGN.RSA256.<name>`). Only paths: the secret stays in its file. */
export interface SigningKey {
  /** Absolute path of the private key, mode 600, outside of workspace and sources. */
  readonly privateKey: string
  /** Absolute path of the public key, named as apk will look for it: `melange.rsa.pub`. */
  readonly publicKey: string
  /** Whether it was made for this run alone. */
  readonly throwAway: boolean
}
