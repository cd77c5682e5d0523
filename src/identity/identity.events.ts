// Users, sessions, API keys. No secret is ever in an event: those lie in the vault.

/** Stream `user-<userId>`. */
export type UserEvents = {
  'user.created.v1': { userId: string; email: string; superAdmin: boolean; by: 'setup' | 'bootstrap' };
  'user.two-factor-enabled.v1': { userId: string };
  'user.two-factor-disabled.v1': { userId: string };
};

/** Stream `account-admins`: there is one first super admin. */
export type AccountAdminEvents = { 'account.first-admin-made.v1': { userId: string } };

/** Stream `session-<sessionId>`. */
export type SessionEvents = {
  'session.started.v1': {
    sessionId: string;
    userId: string;
    email: string;
    loginType: 'PASSWORD' | 'SSO';
    expiresAt: string;
  };
  'session.ended.v1': { sessionId: string; userId: string; reason: 'logout' | 'revoked' };
};

export type LoginFailure = 'unknown-user' | 'wrong-password' | 'wrong-code' | 'code-missing' | 'locked';

/** Stream `login-<HMAC of the e-mail>`: attempts that gave no session. `userId` only where the e-mail is a user's. */
export type LoginEvents = {
  'login.failed.v1': { userId: string | null; email: string; reason: LoginFailure };
};

/** Stream `apikey-<keyId>`. */
export type ApiKeyEvents = {
  'apikey.created.v1': { keyId: string; name: string; scopes: readonly string[]; userId: string };
  'apikey.revoked.v1': { keyId: string; userId: string };
};
