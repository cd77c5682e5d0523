// The decider of what the account decides of single sign-on.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { SsoEvents, SsoRules } from './sso.events';

export const ACCOUNT_SSO = 'account-sso';

export const accountSso: Decider<SsoRules, SsoEvents> = {
  // The provider that the operator has set up may be used until the account decides otherwise.
  initial: { allowed: true, makesUsers: false, required: false, breakGlass: [] },
  evolve: { 'account.sso-changed.v1': (state, { to }) => ({ ...state, ...to }) },
};

/** Whoever requires single sign-on leaves a way in: somebody who may use a password. */
export function changeSso(now: SsoRules, changes: Partial<SsoRules>): EventOf<SsoEvents>[] {
  const wanted: SsoRules = { ...now, ...changes };
  if (wanted.required && !wanted.allowed) throw new Refusal('sso-not-allowed');
  if (wanted.required && wanted.breakGlass.length === 0) throw new Refusal('break-glass-missing');
  const names = (Object.keys(wanted) as (keyof SsoRules)[]).filter(
    (name) => JSON.stringify(wanted[name]) !== JSON.stringify(now[name]),
  );
  if (names.length === 0) return [];
  const some = (rules: SsoRules): Partial<SsoRules> =>
    Object.fromEntries(names.map((name) => [name, rules[name]]));
  return [eventsOf<SsoEvents>()('account.sso-changed.v1', { from: some(now), to: some(wanted) })];
}

/**
 * Whether a password lets a user in. Where none of those named is a super admin any more, each super admin may use one:
 * the account must never be shut from the inside.
 */
export function mayUsePassword(
  { required, breakGlass }: SsoRules,
  userId: string,
  superAdmins: ReadonlySet<string>,
): boolean {
  if (!required) return true;
  const left = breakGlass.filter((id) => superAdmins.has(id));
  return left.length > 0 ? left.includes(userId) : superAdmins.has(userId);
}
