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
/** Names of object types in scopes and roles: one stands for all custom types. */
export const recordTypes: readonly string[] = [...objectTypes.map((type) => type.name), 'custom'];
const perType = areas.flatMap(([area, part]) =>
  ['read', 'write'].flatMap((access) => [
    `${area}.${part}${access}`,
    ...recordTypes.map((name) => `${area}.${name}.${part}${access}`),
  ]),
);

/** Erasing is for good: only its own short form covers its scopes, and only a super admin may put them into a key. */
const erasing: ReadonlySet<string> = new Set([
  'crm.objects.erase',
  ...recordTypes.map((name) => `crm.objects.${name}.erase`),
]);

export const knownScopes: ReadonlySet<string> = new Set([...account, ...perType, ...erasing, ...own]);

/** Scopes that people have apart from others; no key is asked which of them it wants. */
const ofPeople = [
  ...['crm.objects.merge', 'crm.objects.bulk_delete', 'crm.schemas.define', 'audit.export', 'audit.comment'],
];
const archiving = ['crm.objects.archive', ...recordTypes.map((type) => `crm.objects.${type}.archive`)];
export const allScopes: readonly string[] = [...knownScopes, ...ofPeople, ...archiving];

/** All scopes that a key has with those that were put into it: whatever may write, may archive and merge, too. */
export function scopesOfKey(given: readonly string[]): ReadonlySet<string> {
  const scopes = new Set(given);
  for (const scope of given) {
    const [, of] = /^(crm\.objects(?:\.\w+)?)\.write$/.exec(scope) ?? [];
    if (of !== undefined)
      for (const also of [`${of}.archive`, 'crm.objects.merge', 'crm.objects.bulk_delete']) scopes.add(also);
    if (/^crm\.schemas(?:\.\w+)?\.write$/.test(scope)) scopes.add('crm.schemas.define');
    if (scope === 'audit.read') for (const also of ['audit.export', 'audit.comment']) scopes.add(also);
  }
  return scopes;
}

/** Whether held scopes cover one that is asked for: by itself, or by the short form for all object types. */
export function covers(held: ReadonlySet<string>, asked: string): boolean {
  if (held.has(asked)) return true;
  const [, area, access] =
    /^(crm\.(?:objects|schemas))\.[^.]+\.((?:sensitive\.|highly_sensitive\.)?(?:read|write)|erase|archive)$/.exec(
      asked,
    ) ?? [];
  return area !== undefined && held.has(`${area}.${access}`);
}

/** Whether the caller's role, and their API key where they use one, give one of some scopes. */
export const hasScope = ({ scopes }: Pick<Caller, 'scopes'>, ...anyOf: readonly string[]): boolean =>
  scopes === 'all' || anyOf.some((scope) => covers(scopes, scope));

/** Refuses with `scope-missing`, naming them, unless the caller has one of some scopes. */
export function requireScope(caller: Caller, ...anyOf: readonly string[]): void {
  if (hasScope(caller, ...anyOf)) return;
  const context = { requiredScopes: anyOf };
  const message = 'One or more of the following scopes are required.';
  throw new Refusal('scope-missing', { errors: [{ message, context }], context });
}

/** Refuses with `access-denied` scopes that the caller may not put into a key: who gives must have. */
export function requireMayGive(
  caller: Pick<Caller, 'scopes' | 'superAdmin'>,
  scopes: readonly string[],
): void {
  const kept = scopes.find((scope) =>
    caller.superAdmin ? false : erasing.has(scope) || !hasScope(caller, scope),
  );
  if (kept === undefined) return;
  throw new Refusal('access-denied', {
    message: erasing.has(kept)
      ? `Only a super admin may put ${kept} into a key`
      : `Your role does not give ${kept}: it cannot be put into a key of yours`,
  });
}
