// What the vault keeps of users, sessions and API keys.
import type { Vault } from '../vault/vault';

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
  /** When its person last proved who they are. Sessions begun before it was asked for have none. */
  readonly steppedUpAt?: string;
  /** Set once it has been ended: kept, so that a use of it afterwards is known for what it is. */
  readonly endedAt?: string;
}

/** Kind `api-key`, id the key's. */
export interface ApiKeyGrant {
  readonly userId: string;
  readonly tokenDigest: string;
  readonly scopes: readonly string[];
  /** Null: never. Keys made before keys could expire have none. */
  readonly expiresAt?: string | null;
  /** Set before the token is answered: from then on it is answered to nobody again. */
  readonly tokenShown?: true;
  /** Set once it has been revoked. */
  readonly endedAt?: string;
}

/** Kind `totp`, id the user's. */
export interface TotpSecret {
  /** Base32. */
  readonly secret: string;
  /** Active once a first code has shown that the user's device has the secret. */
  readonly active: boolean;
  /** The newest time step a code was used of: it and all before it are spent. */
  readonly lastStep: number;
  /** Keyed digests of the recovery codes that are left. Factors activated before there were any have none. */
  readonly recovery?: readonly string[];
}

/** Kind `setup`, id `first-admin`: the one-time token of the setup link. */
export interface SetupToken {
  readonly tokenDigest: string;
}

/** Kind `known-places`, id the user's: keyed digests of address blocks they have logged in from, the latest first. */
export interface KnownPlaces {
  readonly places: readonly { readonly digest: string; readonly at: string }[];
}

/** Ends what a session or an API key was granted, whatever else changes in it at the same time. */
export async function endGrant(vault: Vault, kind: 'session' | 'api-key', id: string): Promise<void> {
  const endedAt = new Date().toISOString();
  for (;;) {
    const grant = await vault.get<SessionGrant | ApiKeyGrant>(kind, id);
    if (!grant || grant.endedAt !== undefined) return;
    if (await vault.compareAndSet(kind, id, grant, { ...grant, endedAt })) return;
  }
}
