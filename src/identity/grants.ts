// What the vault keeps of users, sessions and API keys.
import type { Vault } from '../vault/vault';

/** Kind `user`, id the user's. */
export interface UserSecrets {
  readonly email: string;
  /** argon2id; left out while the user has not accepted their invitation, or where they have come by single sign-on alone. */
  readonly passwordHash?: string;
  /** ISO time; set while the user is deactivated: none of their tokens counts. */
  readonly deactivatedAt?: string;
  /** Left out while the first password stands. */
  readonly newPassword?: NewPassword;
  /** The last link by which a password can be set that was asked for. */
  readonly reset?: PasswordReset;
}

export interface NewPassword {
  /** How many times the password was set anew: sessions of an earlier password do not count. */
  readonly changes: number;
  readonly by: 'change' | 'reset';
}

export interface PasswordReset {
  /** The how manieth of the user's links it is. */
  readonly link: number;
  /** ISO time; left out once the link has been used, or the password was set otherwise. */
  readonly until?: string;
}

/** Kind `user-by-email`, id the HMAC of the normalised e-mail. */
export interface UserByEmail {
  readonly userId: string;
  /** ISO time. First admins, and users invited by earlier versions, lack it. */
  readonly takenAt?: string;
}

/** Kind `session`, id the session's. */
export interface SessionGrant {
  readonly userId: string;
  readonly tokenDigest: string;
  readonly expiresAt: string;
  /** When the session's person last proved who they are. Sessions of earlier versions lack it. */
  readonly steppedUpAt?: string;
  /** ISO time, right to within ten minutes. Sessions of earlier versions lack it until they are used. */
  readonly lastUsedAt?: string;
  /** How many times the password had been set anew when the session began. Left out: never. */
  readonly passwordChanges?: number;
  /** How the session began. Left out: with a password. */
  readonly loginType?: 'SSO' | 'EMPLOYEE';
  /** Of an employee of the vendor, whose id stands in place of a user's: the how manieth time access had been given. */
  readonly employee?: { readonly department: string; readonly allowance: number };
  /** Set once the session has been ended: the grant is kept, so that a later use of its token is known for that. */
  readonly endedAt?: string;
}

/** Kind `api-key`, id the key's. */
export interface ApiKeyGrant {
  readonly userId: string;
  readonly tokenDigest: string;
  readonly scopes: readonly string[];
  /** ISO time; null: never. Keys of earlier versions lack it. */
  readonly expiresAt?: string | null;
  /** Set before the token is answered: from then on the token is answered to nobody again. */
  readonly tokenShown?: true;
  /** Addresses and networks from which the key may be used. Left out: all. */
  readonly allowedIps?: readonly string[];
  /** The token that a rotation has replaced, and the ISO time until which it still counts. */
  readonly previous?: { readonly tokenDigest: string; readonly until: string };
  /** Id of the command that gave the key its present token; left out for the first. */
  readonly rotatedBy?: string;
  /** Set until the token of a rotation is answered. */
  readonly unshown?: true;
  /** Set once the key has been revoked. */
  readonly endedAt?: string;
}

/** Kind `totp`, id the user's. */
export interface TotpSecret {
  /** Base32. */
  readonly secret: string;
  /** Active once a first code has shown that the user's device has the secret. */
  readonly active: boolean;
  /** The newest time step of which a code was used: that step and all before it are spent. */
  readonly lastStep: number;
  /** Keyed digests of the recovery codes that are left. Factors activated in earlier versions lack them. */
  readonly recovery?: readonly string[];
}

/** Kind `setup`, id `first-admin`: the one-time token of the setup link. */
export interface SetupToken {
  readonly tokenDigest: string;
}

/** Kind `known-places`, id the user's: keyed digests of address blocks of their logins, the latest first. */
export interface KnownPlaces {
  readonly places: readonly { readonly digest: string; readonly at: string }[];
}

export const passwordChangesOf = ({ newPassword }: Pick<UserSecrets, 'newPassword'>): number =>
  newPassword?.changes ?? 0;

/** Ends what a session or an API key was granted, whatever else changes in the grant at the same time. */
export async function endGrant(vault: Vault, kind: 'session' | 'api-key', id: string): Promise<void> {
  const endedAt = new Date().toISOString();
  await vault.change<SessionGrant | ApiKeyGrant>(kind, id, (grant) =>
    grant && grant.endedAt === undefined ? { ...grant, endedAt } : undefined,
  );
}
