// What an API key can be allowed: HubSpot's scopes, short forms for all object types, and our own.
import { objectTypes } from '../crm/object-types';

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
