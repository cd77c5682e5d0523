// The scopes that an API key can have: HubSpot's, short forms for all object types, and Strata's own.
import type { Caller } from '../../caller';
import { objectTypes } from '../../crm/schemas/object-type.vocabulary';
import { Refusal } from '../../refusals';

const own = ['backups', 'restores', 'audit.read', 'audit.write', 'users', 'settings'];
const account = ['crm.import', 'crm.export', 'crm.objects.owners.read'];
/** What a scope opens of an object type: its records, the sensitive values in them, its schema. */
const areas = [
  ['crm.objects', ''],
  ['crm.objects', 'sensitive.'],
  ['crm.objects', 'highly_sensitive.'],
  ['crm.schemas', ''],
] as const;
const perType = areas.flatMap(([area, part]) =>
  ['read', 'write'].flatMap((access) => [
    `${area}.${part}${access}`,
    ...[...objectTypes.map((type) => type.name), 'custom'].map((name) => `${area}.${name}.${part}${access}`),
  ]),
);

/** Erasing is for good: only its own short form covers its scopes, and only a super admin may put them into a key. */
const erasing: ReadonlySet<string> = new Set([
  'crm.objects.erase',
  ...[...objectTypes.map((type) => type.name), 'custom'].map((name) => `crm.objects.${name}.erase`),
]);

export const knownScopes: ReadonlySet<string> = new Set([...account, ...perType, ...erasing, ...own]);

/** Whether held scopes cover one that is asked for: by itself, or by the short form for all object types. */
export function covers(held: ReadonlySet<string>, asked: string): boolean {
  if (held.has(asked)) return true;
  const [, area, access] =
    /^(crm\.(?:objects|schemas))\.[^.]+\.((?:sensitive\.|highly_sensitive\.)?(?:read|write)|erase)$/.exec(
      asked,
    ) ?? [];
  return area !== undefined && held.has(`${area}.${access}`);
}

/** Whether the caller is a person, or their API key has one of some scopes. */
export const hasScope = ({ scopes }: Pick<Caller, 'scopes'>, ...anyOf: readonly string[]): boolean =>
  scopes === 'all' || anyOf.some((scope) => covers(scopes, scope));

/** Refuses with `scope-missing`, naming them, unless the caller is a person or their API key has one of some scopes. */
export function requireScope(caller: Caller, ...anyOf: readonly string[]): void {
  if (hasScope(caller, ...anyOf)) return;
  const context = { requiredScopes: anyOf };
  const message = 'One or more of the following scopes are required.';
  throw new Refusal('scope-missing', { errors: [{ message, context }], context });
}

/** Refuses with `access-denied` scopes that the caller may not put into a key. */
export function requireMayGive({ superAdmin }: Pick<Caller, 'superAdmin'>, scopes: readonly string[]): void {
  const kept = superAdmin ? undefined : scopes.find((scope) => erasing.has(scope));
  if (kept === undefined) return;
  throw new Refusal('access-denied', { message: `Only a super admin may put ${kept} into a key` });
}
