// The e-mail addresses of a contact: its own, and those it got from contacts that were merged into it.
import { itemsOf } from './record.events';

/** Read-only. They stay this contact's: no other can take one, and the contact is found by each. */
export const ADDITIONAL_EMAILS = 'hs_additional_emails';

/** The form in which addresses are compared. */
export const emailKey = (email: string): string => email.trim().toLowerCase();

type Values = Readonly<Record<string, string>>;

/**
 * What a merge makes of the addresses: the survivor's own comes first, without one the other's; all else is additional.
 * `isFree`, by key, leaves out those that a third contact holds by now.
 */
export function mergedEmails(
  survivor: Values,
  other: Values,
  isFree: (key: string) => boolean,
): { readonly email: string | null; readonly additional: string | null } {
  const all = [
    ...[survivor['email'] ?? '', ...itemsOf(survivor[ADDITIONAL_EMAILS])],
    ...[other['email'] ?? '', ...itemsOf(other[ADDITIONAL_EMAILS])].filter((one) => isFree(emailKey(one))),
  ].filter((one) => one !== '');
  const byKey = new Map<string, string>();
  for (const one of all) if (!byKey.has(emailKey(one))) byKey.set(emailKey(one), one);
  const email = survivor['email'] ?? (isFree(emailKey(other['email'] ?? '')) ? other['email'] : undefined);
  if (email !== undefined) byKey.delete(emailKey(email));
  return { email: email ?? null, additional: byKey.size > 0 ? [...byKey.values()].join(';') : null };
}
