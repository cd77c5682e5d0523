// Who acts where it is nobody with an account, and the role above all others.

/** Id of the actor who works on the stores themselves, by an operator's command: a person, though nobody knows who. */
export const OPERATOR = 'operator';

/** Id of the actor who makes users, and gives and takes roles and teams, by what the provider says at a sign-in. */
export const SSO = 'sso';

/** Id of the role of whoever may do everything; given and taken by super admins alone. */
export const SUPER_ADMIN = 'super-admin';
