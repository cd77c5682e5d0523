// What each standard role, and an employee of the vendor who helps, is answered, of every route: the table in role-walk.md, walked. `WRITE_ROUTE_WALK=1` writes it
// anew: what has changed in it is then to be looked at.
import { readFileSync, writeFileSync } from 'node:fs';
import { standardRoles } from '../../../src/identity/roles/standard-roles';
import { Vendor } from '../../support/codes/assertions';
import { RouteWalk, type Visit, walkTable } from '../../support/route-walk';
import { type App, ownLog, startApp } from '../../support/servers/app';
import { joinedIn, password } from '../../support/servers/people';

const file = 'test/e2e/access/role-walk.md';
const roleNames = [...standardRoles.map(({ id }) => id), 'no role'];
const names = [...roleNames, 'employee'];
const vendor = new Vendor('https://strata.example.com');

let app: App;
let visits: Visit[];
const tokens = new Map<string, string>();
beforeAll(async () => {
  app = await startApp({ ...ownLog, ...(await vendor.settings) });
  await app.ok('PUT', '/settings/v1/employee-access', { allowed: true });
  for (const name of roleNames) {
    const roleId = name === 'no role' ? null : name;
    await joinedIn(app, { email: emailOf(name), roleId });
  }
  visits = await (await RouteWalk.of(app)).visitsOf(names, tokenOf);
}, 600_000);
afterAll(() => app.close());

const emailOf = (name: string): string => `${name.replace(' ', '-')}@example.com`;

const logIn = (path: string, body: object) => app.ok<{ accessToken: string }>('POST', path, body);

/** A token that counts: a walk leads past the routes that end sessions. */
async function tokenOf(name: string): Promise<string> {
  const known = tokens.get(name);
  const headers = { authorization: `Bearer ${known}` };
  if (known && (await app.api('GET', '/account-info/v3/details', undefined, headers)).status === 200)
    return known;
  const { accessToken } =
    name === 'employee'
      ? await logIn('/auth/v1/employee-login', { assertion: await vendor.assertion() })
      : await logIn('/auth/v1/login', { email: emailOf(name), password });
  tokens.set(name, accessToken);
  return accessToken;
}

test('each role is answered as its table says', () => {
  const table = walkTable(visits, names);
  const page = readFileSync(file, 'utf8');
  const heading = page.slice(0, page.indexOf('\n| ') + 1);
  if (process.env.WRITE_ROUTE_WALK) writeFileSync(file, `${heading}${table}\n`);
  else expect(page.slice(heading.length).split('\n')).toEqual([...table.split('\n'), '']);
});

test('no role but that of super admins lets in where a super admin is asked for', () => {
  const wrong = visits.filter(({ operation: { 'x-access': rule }, asker, status }) => {
    const isForAdmins = rule !== 'public' && rule.superAdmin;
    return isForAdmins && asker !== 'super-admin' && status !== 403;
  });
  expect(wrong.map(({ operation, asker, said }) => [operation.path, asker, said])).toEqual([]);
});

test('who has no role is let in nowhere but where anybody with a token is, or their own things lie', () => {
  const inside = visits.filter(({ operation: { 'x-access': rule }, asker, status }) => {
    const asks = rule !== 'public' && (rule.scope !== undefined || rule.superAdmin);
    return asker === 'no role' && asks && status !== 403;
  });
  expect(
    new Set(inside.map(({ operation: { 'x-access': rule } }) => rule !== 'public' && rule.scope)),
  ).toEqual(new Set(['crm.objects.owners.read']));
});

test('an employee of the vendor is let in where a scope asks for no more than helping, and to their own sessions', () => {
  const outside = visits.filter(({ operation: { 'x-access': rule }, asker, status }) => {
    const isForPeople = rule !== 'public' && !rule.employees && (rule.session || rule.scope === undefined);
    return asker === 'employee' && isForPeople && status !== 403;
  });
  expect(outside.map(({ operation, said }) => [operation.path, said])).toEqual([]);
  const inside = visits.filter(({ asker, status }) => asker === 'employee' && status !== 403);
  const asked = inside.flatMap(({ operation: { 'x-access': rule } }) =>
    rule === 'public' ? [] : [rule.scope ?? []].flat().filter((scope) => !scope.includes('|')),
  );
  const kept =
    /archive|erase|merge|bulk|import|export|backups|restores|users|settings|schemas.*write|audit\.write/;
  expect(asked.filter((scope) => kept.test(scope))).toEqual([]);
});
