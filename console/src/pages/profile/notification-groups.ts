// The kinds of notifications, gathered as people look for them.
import type words from '../../words/en/profile.json';

export type KindName = keyof (typeof words)['told']['kinds'];
export type GroupName = keyof (typeof words)['told']['groups'];

const beginnings: readonly (readonly [GroupName, RegExp])[] = [
  ['backups', /^(BACKUP|LOAD|DRILL)_/],
  ['restores', /^RESTORE_/],
  ['exports', /^(IMPORT|EXPORT|AUDIT_EXPORT)_/],
  ['access', /^(LOGIN|ADMIN|API_KEY|EMPLOYEE)_/],
  ['alerts', /^ALERT_/],
];

/** Groups with the kinds in each, in the order of the server; `other` for kinds that no group knows. */
export function grouped(kinds: readonly string[]): readonly (readonly [GroupName, readonly string[]])[] {
  const groupOf = (kind: string): GroupName =>
    beginnings.find(([, pattern]) => pattern.test(kind))?.[0] ?? 'other';
  const groups: readonly GroupName[] = [...beginnings.map(([name]) => name), 'other'];
  return groups
    .map((group) => [group, kinds.filter((kind) => groupOf(kind) === group)] as const)
    .filter(([, some]) => some.length > 0);
}
