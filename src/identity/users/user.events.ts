// Events of users. No secret is ever in an event: secrets lie in the vault.

export interface UserNames {
  firstName: string;
  lastName: string;
}
export interface UserTeams {
  primaryTeamId: string | null;
  secondaryTeamIds: readonly string[];
}

/** Stream `user-<userId>`. */
export type UserEvents = {
  'user.created.v1': {
    userId: string;
    email: string;
    superAdmin: boolean;
    by: 'setup' | 'bootstrap' | 'sso';
  };
  /** `invitation` counts the invitations of the user: the link of an earlier one leads nowhere. */
  'user.invited.v1': {
    userId: string;
    email: string;
    names: UserNames;
    roleId: string | null;
    teams: UserTeams;
    invitation: number;
    expiresAt: string;
  };
  'user.invited-again.v1': { userId: string; invitation: number; expiresAt: string };
  'user.invitation-withdrawn.v1': { userId: string; email: string };
  'user.joined.v1': { userId: string };
  'user.renamed.v1': { userId: string; from: UserNames; to: UserNames };
  'user.role-changed.v1': { userId: string; from: string | null; to: string | null };
  'user.teams-changed.v1': { userId: string; from: UserTeams; to: UserTeams };
  'user.deactivated.v1': { userId: string };
  'user.reactivated.v1': { userId: string };
  'user.two-factor-enabled.v1': { userId: string };
  'user.two-factor-disabled.v1': { userId: string };
  /** New recovery codes, in place of all that were left. The first codes come with the second factor itself. */
  'user.recovery-codes-made.v1': { userId: string; codes: number };
  'user.recovery-code-used.v1': { userId: string; left: number };
  /** `link` counts the links by which the user may set a password: an earlier one leads nowhere. */
  'user.password-reset-requested.v1': { userId: string; link: number; expiresAt: string };
  /** `changes` counts them. `by`: with the password before, or by a link. */
  'user.password-changed.v1': { userId: string; changes: number; by: 'change' | 'reset' };
};

/** Stream `account-admins`: who the super admins are. */
export type AccountAdminEvents = {
  'account.first-admin-made.v1': { userId: string };
  'account.super-admin-given.v1': { userId: string };
  'account.super-admin-taken.v1': { userId: string };
};
