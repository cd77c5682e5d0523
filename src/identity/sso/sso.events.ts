// What the account decides of single sign-on. Stream `account-sso`.

export interface SsoRules {
  /** Whether anybody may sign in by it. */
  allowed: boolean;
  /** Whether somebody who is no user yet becomes one at their first sign-in. */
  makesUsers: boolean;
  /** Whether passwords let nobody in but `breakGlass`. */
  required: boolean;
  /** Ids of super admins who may use a password all the same, for when the provider is out of reach. */
  breakGlass: readonly string[];
}

export type SsoEvents = {
  /** `from` and `to` have what is another. */
  'account.sso-changed.v1': { from: Partial<SsoRules>; to: Partial<SsoRules> };
};
