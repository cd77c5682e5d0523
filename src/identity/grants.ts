// What the vault keeps of users, sessions and API keys.

/** Kind `user`, id the user's. */
export interface UserSecrets {
  readonly email: string;
  readonly superAdmin: boolean;
  /** argon2id. */
  readonly passwordHash: string;
}

/** Kind `user-by-email`, id the HMAC of the normalised e-mail. */
export interface UserByEmail {
  readonly userId: string;
}

/** Kind `session`, id the session's. */
export interface SessionGrant {
  readonly userId: string;
  readonly tokenDigest: string;
  readonly expiresAt: string;
}

/** Kind `api-key`, id the key's. */
export interface ApiKeyGrant {
  readonly userId: string;
  readonly tokenDigest: string;
  readonly scopes: readonly string[];
}

/** Kind `totp`, id the user's. */
export interface TotpSecret {
  /** Base32. */
  readonly secret: string;
  /** Active once a first code has shown that the user's device has the secret. */
  readonly active: boolean;
  /** The newest time step a code was used of: it and all before it are spent. */
  readonly lastStep: number;
}

/** Kind `setup`, id `first-admin`: the one-time token of the setup link. */
export interface SetupToken {
  readonly tokenDigest: string;
}
