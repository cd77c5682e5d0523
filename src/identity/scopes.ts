// What an API key can be allowed: HubSpot's scopes, short forms for all object types, and our own.
import type { Caller } from '../caller';
import { objectTypes } from '../crm/object-types';
import { Refusal } from '../refusals';

const own = ['backups', 'restores', 'audit.read', 'audit.write', 'users', 'settings'];
const account = ['crm.import', 'crm.export', 'crm.objects.owners.read'];
const perType = ['crm.objects', 'crm.schemas'].flatMap((area) =>
  ['read', 'write'].flatMap((access) => [
    `${area}.${access}`,
    ...[...objectTypes.map((type) => type.name), 'custom'].map((name) => `${area}.${name}.${access}`),
  ]),
);

export const knownScopes: ReadonlySet<string> = new Set([...account, ...perType, ...own]);

/** Whether scopes hold one that is asked for, itself or by the short form for all object types. */
export function covers(held: ReadonlySet<string>, asked: string): boolean {
  if (held.has(asked)) return true;
  const [, area, access] = /^(crm\.(?:objects|schemas))\..+\.(read|write)$/.exec(asked) ?? [];
  return area !== undefined && held.has(`${area}.${access}`);
}

/** Refuses with `scope-missing`, naming the scope, unless the caller is a person or their API key has it. */
export function requireScope({ scopes }: Caller, scope: string): void {
  if (scopes === 'all' || covers(scopes, scope)) return;
  const context = { requiredScopes: [scope] };
  const message = 'One or more of the following scopes are required.';
  throw new Refusal('scope-missing', { errors: [{ message, context }], context });
}
