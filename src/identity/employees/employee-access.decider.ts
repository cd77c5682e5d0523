// The decider of whether the account lets employees of the vendor in.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { EmployeeAccessEvents, EmployeeAccessRules } from './employee-access.events';

export const ACCOUNT_EMPLOYEES = 'account-employees';

export interface EmployeeAccessState extends Readonly<EmployeeAccessRules> {
  /** How many times it has been given: what was taken and given again lets in no session of before. */
  readonly allowance: number;
}

export const employeeAccess: Decider<EmployeeAccessState, EmployeeAccessEvents> = {
  initial: { allowed: false, until: null, allowance: 0 },
  evolve: { 'account.employee-access-changed.v1': (_, { to, allowance }) => ({ ...to, allowance }) },
};

/** `now` in milliseconds since the epoch. */
export const isOpen = ({ allowed, until }: EmployeeAccessRules, now: number): boolean =>
  allowed && (until === null || Date.parse(until) > now);

export function changeEmployeeAccess(
  state: EmployeeAccessState,
  to: EmployeeAccessRules,
  now: number,
): EventOf<EmployeeAccessEvents>[] {
  const wrong = (message: string) =>
    new Refusal('input-invalid', { message: `until: ${message}`, errors: [{ message, in: 'until' }] });
  if (to.until !== null && !to.allowed) throw wrong('goes with allowed: true alone');
  if (to.until !== null && Date.parse(to.until) <= now) throw wrong('must be a time to come');
  const { allowance, ...from } = state;
  if (from.allowed === to.allowed && from.until === to.until) return [];
  const isGiven = to.allowed && !isOpen(state, now);
  const changed = { from, to, allowance: isGiven ? allowance + 1 : allowance };
  return [eventsOf<EmployeeAccessEvents>()('account.employee-access-changed.v1', changed)];
}
