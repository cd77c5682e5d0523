// The decider of refused attempts, which says what is told of each. They need no state: the log only remembers them.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf } from '../../eventsourcing/event';
import type { EmployeeLoginFailure, LoginEvents, LoginFailure, RefusedEvents } from '../identity.events';

export const refusedAttempts: Decider<null, LoginEvents & RefusedEvents> = {
  initial: null,
  evolve: {
    'login.failed.v2': () => null,
    'login.employee-failed.v1': () => null,
    'access.refused.v1': () => null,
  },
};

/** `known` is the user whose e-mail was given; undefined where the e-mail is nobody's. */
export function failLogin(
  known: { readonly userId: string; readonly email: string } | undefined,
  emailDigest: string,
  reason: LoginFailure,
) {
  const { userId, email } = known ?? { userId: null, email: null };
  return eventsOf<LoginEvents>()('login.failed.v2', { userId, email, emailDigest, reason });
}

/** `known` is the employee, where the vendor has signed for who it is. */
export function failEmployeeLogin(
  known: { readonly id: string; readonly email: string; readonly department: string } | undefined,
  reason: EmployeeLoginFailure,
) {
  const { id: employeeId, email, department } = known ?? { id: null, email: null, department: null };
  return eventsOf<LoginEvents>()('login.employee-failed.v1', { employeeId, email, department, reason });
}

export const refuseAccess = (refused: RefusedEvents['access.refused.v1']) =>
  eventsOf<RefusedEvents>()('access.refused.v1', refused);
