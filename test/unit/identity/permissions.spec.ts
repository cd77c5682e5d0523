// What a role gives: scopes, and whether one role allows more than another, which must agree.
import fc from 'fast-check';
import { covers, recordTypes, scopesOfKey } from '../../../src/identity/api-keys/scopes';
import {
  allowances,
  exceed,
  levelsOn,
  overTeams,
  rightsOn,
  scopesOf,
  scopesOfBoth,
} from '../../../src/identity/roles/permissions';
import type { Level, Permissions } from '../../../src/identity/roles/role.events';
import { standardRoles } from '../../../src/identity/roles/standard-roles';

const names = Object.keys(allowances);
const whole = fc.constantFrom<Level>('none', 'all');
const level = fc.constantFrom<Level>('none', 'own', 'team', 'all');
const permissions = (of: typeof level): fc.Arbitrary<Permissions> =>
  fc.record({
    records: fc.dictionary(
      fc.constantFrom('default', ...recordTypes),
      fc.record({ view: of, edit: of, delete: of }),
    ),
    allows: fc.uniqueArray(fc.constantFrom(...names)),
  });

test('a role that does not exceed another gives no scope that the other lacks', () =>
  fc.assert(
    fc.property(permissions(level), permissions(level), (one, other) => {
      if (exceed(one, other)) return;
      const held = scopesOf(other);
      for (const scope of scopesOf(one)) expect([scope, covers(held, scope)]).toEqual([scope, true]);
    }),
  ));

test('where rights reach over all or nothing, a role that exceeds another gives a scope more', () =>
  fc.assert(
    fc.property(permissions(whole), permissions(whole), (one, other) => {
      // Sensitive values and properties open nothing without records to view or edit.
      const opens = ({ allows }: Permissions) =>
        allows.filter((name) => !['sensitive', 'highlySensitive'].includes(name));
      const [a, b] = [one, other].map((role): Permissions => ({ ...role, allows: opens(role) }));
      const held = scopesOf(b!);
      expect([...scopesOf(a!)].some((scope) => !covers(held, scope))).toBe(exceed(a!, b!));
    }),
  ));

test('whoever has what a role reaches over teams, over all, exceeds it in no team', () =>
  fc.assert(
    fc.property(permissions(level), permissions(level), (role, own) => {
      const reaches = recordTypes.some((type) => levelsOn(role, type).includes('team'));
      if (!reaches) return expect(exceed(overTeams(role), { records: {}, allows: [] })).toBe(false);
      const lacks = recordTypes.some((type) => {
        const mine = levelsOn(own, type);
        return levelsOn(role, type).some((one, at) => one === 'team' && mine[at] !== 'all');
      });
      if (lacks) expect(exceed(overTeams(role), own)).toBe(true);
      else expect(exceed(overTeams(role), { ...own, allows: names })).toBe(false);
    }),
  ));

test('a key has what it was given and its person has, and nothing else', () => {
  const key = scopesOfKey(['crm.objects.read', 'crm.objects.deals.write', 'backups']);
  const sales = standardRoles.find(({ id }) => id === 'sales')!;
  const both = scopesOfBoth(key, scopesOf(sales.permissions));
  const may = (scope: string) => covers(both, scope);
  expect(
    ['crm.objects.contacts.read', 'crm.objects.deals.write', 'crm.objects.deals.archive'].map(may),
  ).toEqual([...[true, true, true]]);
  expect(['crm.objects.tickets.write', 'backups', 'users', 'crm.export'].map(may)).toEqual([
    ...[false, false, false, false],
  ]);
  expect(scopesOfBoth(key, 'all')).toBe(key);
});

test('standard roles are as their names say', () => {
  const of = (id: string) => scopesOf(standardRoles.find((role) => role.id === id)!.permissions);
  const writes = (scopes: ReadonlySet<string>) =>
    [...scopes].filter((scope) => /write|archive|merge/.test(scope));
  expect(writes(of('viewer'))).toEqual([]);
  expect(writes(of('auditor'))).toEqual([]);
  expect(of('auditor').has('audit.read')).toBe(true);
  expect(of('viewer').has('audit.read')).toBe(false);
  for (const { permissions } of standardRoles)
    for (const scope of ['backups', 'restores', 'crm.objects.erase', 'crm.objects.contacts.erase'])
      expect(covers(scopesOf(permissions), scope)).toBe(false);
  expect(rightsOn(standardRoles[3]!.permissions, 'deals')).toEqual({
    view: 'all',
    edit: 'team',
    delete: 'own',
  });
});
