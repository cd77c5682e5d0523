// What a role may allow, and the scopes that come of it: people and API keys are judged by the same names.
import { allScopes, covers, recordTypes } from '../api-keys/scopes';
import type { Level, Permissions, RecordRights } from './role.events';

/** What a role may allow beside records, with what each means. */
export const allowances = {
  merge: 'merge records that it may edit',
  import: 'import records that it may edit',
  export: 'export records that it may view',
  bulkDelete: 'archive several records at once',
  properties: 'change properties, groups, pipelines and association labels',
  schemas: 'change definitions of custom objects',
  sensitive: 'view and edit sensitive values',
  highlySensitive: 'view and edit highly sensitive values',
  auditRead: 'read the audit log',
  auditExport: 'export the audit log',
  auditComment: 'comment on entries of the audit log',
  users: 'invite, change and deactivate users, roles and teams',
  settings: "change the account's settings",
} as const;
export type Allowance = keyof typeof allowances;

const NOTHING: RecordRights = { view: 'none', edit: 'none', delete: 'none' };

export const rightsOn = ({ records }: Permissions, type: string): RecordRights =>
  records[type] ?? records.default ?? NOTHING;

/** How far the rights on a type reach, each of them. */
export const levelsOn = (permissions: Permissions, type: string): readonly Level[] => {
  const { view, edit, delete: end } = rightsOn(permissions, type);
  return [view, edit, end];
};

const order: readonly Level[] = ['none', 'own', 'team', 'all'];
const isBeyond = (a: Level, b: Level): boolean => order.indexOf(a) > order.indexOf(b);

/** Whether some permissions allow anything that others do not. */
export function exceed(some: Permissions, others: Permissions): boolean {
  const more = recordTypes.some((type) => {
    const limits = levelsOn(others, type);
    return levelsOn(some, type).some((one, at) => isBeyond(one, limits[at]!));
  });
  return more || some.allows.some((one) => !others.allows.includes(one));
}

/** What some permissions allow over the records of a team, and nothing else of them, as over all records. */
export function overTeams(permissions: Permissions): Permissions {
  const only = (level: Level): Level => (level === 'team' ? 'all' : 'none');
  const records = recordTypes.map((type): [string, RecordRights] => {
    const { view, edit, delete: end } = rightsOn(permissions, type);
    return [type, { view: only(view), edit: only(edit), delete: only(end) }];
  });
  const reaches = recordTypes.some((type) => levelsOn(permissions, type).includes('team'));
  const values = ['sensitive', 'highlySensitive'];
  return {
    records: Object.fromEntries(records),
    allows: reaches ? permissions.allows.filter((one) => values.includes(one)) : [],
  };
}

const ofAllowance: Partial<Record<Allowance, readonly string[]>> = {
  import: ['crm.import'],
  export: ['crm.export'],
  merge: ['crm.objects.merge'],
  bulkDelete: ['crm.objects.bulk_delete'],
  schemas: ['crm.schemas.custom.write', 'crm.schemas.define'],
  auditRead: ['audit.read'],
  auditExport: ['audit.export'],
  auditComment: ['audit.comment'],
  users: ['users'],
  settings: ['settings'],
};

/** The scopes that a person with some permissions holds. */
export function scopesOf(permissions: Permissions): ReadonlySet<string> {
  const allows = new Set(permissions.allows);
  const scopes = new Set(['crm.objects.owners.read']);
  for (const name of allows) for (const scope of ofAllowance[name as Allowance] ?? []) scopes.add(scope);
  const perType = recordTypes.map((type) => {
    const { view, edit, delete: end } = rightsOn(permissions, type);
    const parts = [
      '',
      ...(allows.has('sensitive') ? ['sensitive.'] : []),
      ...(allows.has('highlySensitive') ? ['highly_sensitive.'] : []),
    ];
    return new Set([
      ...(view === 'none' ? [] : parts.map((part) => `objects ${part}read`)),
      ...(edit === 'none' ? [] : parts.map((part) => `objects ${part}write`)),
      ...(end === 'none' ? [] : ['objects archive']),
      ...(view === 'none' ? [] : ['schemas read']),
      ...(allows.has('properties') ? ['schemas write'] : []),
    ]);
  });
  for (const [at, type] of recordTypes.entries())
    for (const one of perType[at]!) {
      const [area, access] = one.split(' ');
      scopes.add(`crm.${area}.${type}.${access}`);
      // The short form covers every type, custom ones too.
      if (perType.every((others) => others.has(one))) scopes.add(`crm.${area}.${access}`);
    }
  return scopes;
}

/** The scopes of a key of a person: those that both hold. */
export const scopesOfBoth = (
  key: ReadonlySet<string>,
  person: ReadonlySet<string> | 'all',
): ReadonlySet<string> =>
  person === 'all' ? key : new Set(allScopes.filter((scope) => covers(key, scope) && covers(person, scope)));
