// The e-mail addresses of a contact: its own, and those of contacts that were merged into it.
import { comparedAs } from '../../properties/values/sameness.vocabulary';
import { itemsOf } from '../record.vocabulary';

/**
 * A read-only property, addresses separated by `;`. They belong to this contact: no other contact can take one, and
 * each of them finds this contact.
 */
export const ADDITIONAL_EMAILS = 'hs_additional_emails';

const emailKey = (email: string): string => comparedAs('email', email);

type Values = Readonly<Record<string, string>>;

/**
 * The addresses of a survivor: its own `email` stays, or else it takes the merged contact's; all others are additional.
 * `isFree` tells, by comparable form, which of the merged contact's addresses no third contact has taken.
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
