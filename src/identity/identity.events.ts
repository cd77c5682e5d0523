// Events of sessions, API keys and refused attempts. No secret is ever in an event: secrets lie in the vault.

export type StepUpBy = 'password' | 'totp' | 'recovery-code' | 'sso';

/** Stream `session-<sessionId>`. */
export type SessionEvents = {
  'session.started.v1': {
    sessionId: string;
    userId: string;
    email: string;
    loginType: 'PASSWORD' | 'SSO';
    expiresAt: string;
  };
  /** The session's person has proved again who they are. */
  'session.stepped-up.v1': { sessionId: string; userId: string; by: StepUpBy };
  'session.ended.v1': { sessionId: string; userId: string; reason: 'logout' | 'revoked' };
  /** An employee of the vendor has signed in to help; the department stands in the metadata of all that they do, too. */
  'session.employee-started.v1': {
    sessionId: string;
    employeeId: string;
    name: string;
    email: string;
    department: string;
    reason: string;
    expiresAt: string;
  };
  'session.employee-ended.v1': { sessionId: string; employeeId: string; reason: SessionEnd };
};

/** `access-withdrawn`: the account lets no employees in any more. */
export type SessionEnd = 'logout' | 'revoked' | 'access-withdrawn';

/**
 * Where an event tells of several attempts that are alike: how many, from when to when. Left out where it tells of one.
 */
interface Several {
  count?: number;
  since?: string;
  until?: string;
}

export type LoginFailure =
  | 'unknown-user'
  | 'deactivated'
  | 'wrong-password'
  | 'wrong-code'
  | 'code-missing'
  | 'locked'
  | 'sso-required';

export type EmployeeLoginFailure = 'wrong-assertion' | 'access-off' | 'locked';

/**
 * Stream `login-<HMAC of the e-mail>`: attempts to log in that failed. What was typed is told only where it is a user's
 * e-mail: of anything else, which may be a password in the wrong field, there is the keyed digest alone.
 */
export type LoginEvents = {
  'login.failed.v2': {
    userId: string | null;
    email: string | null;
    /** Of what was typed; of several attempts with e-mails of nobody, of what was typed first. */
    emailDigest: string;
    reason: LoginFailure;
  } & Several;
  /** Stream `login-employees`. Who it was is told where the vendor has signed for it, and null otherwise. */
  'login.employee-failed.v1': {
    employeeId: string | null;
    email: string | null;
    department: string | null;
    reason: EmployeeLoginFailure;
  } & Several;
};

/** Stream `refused-user-<userId>` or `refused-apikey-<keyId>`: what a known caller was refused. */
export type RefusedEvents = {
  'access.refused.v1': {
    kind:
      | 'scope-missing'
      | 'access-denied'
      | 'token-expired'
      | 'token-revoked'
      | 'address-not-allowed'
      | 'wrong-password'
      | 'wrong-code'
      | 'too-many-attempts';
    userId: string;
    /** The API key, or the session, with which it was tried. */
    keyId?: string;
    sessionId?: string;
    /** Method and pattern of the route; of several attempts, that of the first. */
    route?: string;
    /** The scopes any of which would have done. */
    scopes?: readonly string[];
  } & Several;
};

/** What of a key may be changed while it lasts. */
export interface ApiKeyTerms {
  name: string;
  /** Addresses and networks from which the key may be used; null: all. */
  allowedIps: readonly string[] | null;
}

/** Stream `apikey-<keyId>`. */
export type ApiKeyEvents = {
  'apikey.created.v1': {
    keyId: string;
    name: string;
    scopes: readonly string[];
    userId: string;
    /** ISO time; null: never. Events of earlier versions lack it. */
    expiresAt?: string | null;
    /** The session in which the key was made. Events of earlier versions lack it. */
    sessionId?: string;
    /** Addresses and networks from which the key may be used. Left out: all. */
    allowedIps?: readonly string[];
  };
  /** The key has another token; the one before counts until an ISO time. */
  'apikey.rotated.v1': { keyId: string; userId: string; previousUntil: string; sessionId?: string };
  'apikey.changed.v1': {
    keyId: string;
    userId: string;
    from: ApiKeyTerms;
    to: ApiKeyTerms;
    sessionId?: string;
  };
  'apikey.revoked.v1': { keyId: string; userId: string };
};
