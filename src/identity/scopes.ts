// What an API key can be allowed: HubSpot's scopes, short forms for all object types, and our own.
import type { Caller } from '../caller';
import { objectTypes } from '../crm/schemas/object-types';
import { Refusal } from '../refusals';

const own = ['backups', 'restores', 'audit.read', 'audit.write', 'users', 'settings'];
const account = ['crm.import', 'crm.export', 'crm.objects.owners.read'];
/** What is asked of a type: its records, the sensitive values in them, its schema. */
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

export const knownScopes: ReadonlySet<string> = new Set([...account, ...perType, ...own]);

/** Whether scopes hold one that is asked for, itself or by the short form for all object types. */
export function covers(held: ReadonlySet<string>, asked: string): boolean {
  if (held.has(asked)) return true;
  const [, area, access] =
    /^(crm\.(?:objects|schemas))\.[^.]+\.((?:sensitive\.|highly_sensitive\.)?(?:read|write))$/.exec(asked) ??
    [];
  return area !== undefined && held.has(`${area}.${access}`);
}

/** Refuses with `scope-missing`, naming them, unless the caller is a person or their API key has one of some scopes. */
export function requireScope({ scopes }: Caller, ...anyOf: readonly string[]): void {
  if (scopes === 'all' || anyOf.some((scope) => covers(scopes, scope))) return;
  const context = { requiredScopes: anyOf };
  const message = 'One or more of the following scopes are required.';
  throw new Refusal('scope-missing', { errors: [{ message, context }], context });
}
