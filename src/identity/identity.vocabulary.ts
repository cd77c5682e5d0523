// Who acts where it is nobody with an account, and the role above all others.
import type { Actor } from '../eventsourcing/event';

/** Id of the actor who works on the stores themselves, by an operator's command: a person, though nobody knows who. */
export const OPERATOR = 'operator';

/** Id of the actor who makes users, and gives and takes roles and teams, by what the provider says at a sign-in. */
export const SSO = 'sso';

const EMPLOYEE = 'employee-';
/** Id of an employee of the vendor, by the digest of their address: none is that of a user. */
export const employeeIdOf = (digest: string): string => `${EMPLOYEE}${digest.slice(0, 16)}`;
export const isEmployeeId = (id: string): boolean => id.startsWith(EMPLOYEE);

/** An employee of the vendor: a person as users are, found by the same paths. */
export const employeeActor = (id: string, department: string): Actor => ({
  ...{ type: 'employee', id, userId: id, department },
});

/** Id of the role of whoever may do everything; given and taken by super admins alone. */
export const SUPER_ADMIN = 'super-admin';
