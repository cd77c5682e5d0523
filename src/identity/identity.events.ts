// Users, sessions, API keys. No secret is ever in an event: those lie in the vault.

/** Id of the actor who works on the stores themselves, by a command: a person, though nobody knows which. */
export const OPERATOR = 'operator';

/** Stream `user-<userId>`. */
export type UserEvents = {
  'user.created.v1': { userId: string; email: string; superAdmin: boolean; by: 'setup' | 'bootstrap' };
  'user.two-factor-enabled.v1': { userId: string };
  'user.two-factor-disabled.v1': { userId: string };
  /** New ones, in place of all that were left. The first come with the second factor itself. */
  'user.recovery-codes-made.v1': { userId: string; codes: number };
  'user.recovery-code-used.v1': { userId: string; left: number };
};

/** Stream `account-admins`: there is one first super admin. */
export type AccountAdminEvents = { 'account.first-admin-made.v1': { userId: string } };

export type StepUpBy = 'password' | 'totp' | 'recovery-code';

/** Stream `session-<sessionId>`. */
export type SessionEvents = {
  'session.started.v1': {
    sessionId: string;
    userId: string;
    email: string;
    loginType: 'PASSWORD' | 'SSO';
    expiresAt: string;
  };
  /** Its person has proved again who they are. */
  'session.stepped-up.v1': { sessionId: string; userId: string; by: StepUpBy };
  'session.ended.v1': { sessionId: string; userId: string; reason: 'logout' | 'revoked' };
};

/** Where one event tells of several alike: how many, from when to when. Left out where it tells of one. */
interface Several {
  count?: number;
  since?: string;
  until?: string;
}

export type LoginFailure = 'unknown-user' | 'wrong-password' | 'wrong-code' | 'code-missing' | 'locked';

/**
 * Stream `login-<HMAC of the e-mail>`: attempts that gave no session. What was typed is told only where it is a user's
 * e-mail: of anything else, which may be a password in the wrong field, there is the keyed digest alone.
 */
export type LoginEvents = {
  'login.failed.v2': {
    userId: string | null;
    email: string | null;
    /** Of several from an address of nobody's: of what was typed first. */
    emailDigest: string;
    reason: LoginFailure;
  } & Several;
};

/** Stream `refused-user-<userId>` or `refused-apikey-<keyId>`: what somebody who is known was refused. */
export type RefusedEvents = {
  'access.refused.v1': {
    kind:
      | 'scope-missing'
      | 'access-denied'
      | 'token-expired'
      | 'token-revoked'
      | 'wrong-password'
      | 'wrong-code'
      | 'too-many-attempts';
    userId: string;
    /** With what it was tried. */
    keyId?: string;
    sessionId?: string;
    /** Method and pattern of the route, of the first of several. */
    route?: string;
    /** Any of these would have done. */
    scopes?: readonly string[];
  } & Several;
};

/** Stream `apikey-<keyId>`. */
export type ApiKeyEvents = {
  'apikey.created.v1': {
    keyId: string;
    name: string;
    scopes: readonly string[];
    userId: string;
    /** Null: never. Left out by keys made before keys could expire. */
    expiresAt?: string | null;
    /** The session it was made in; left out before it was told. */
    sessionId?: string;
  };
  'apikey.revoked.v1': { keyId: string; userId: string };
};
