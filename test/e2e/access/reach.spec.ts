// Who may see and change whose records: what a person finds agrees with a naive filter over owners, whatever the teams
// and the role, and what they may not see is nowhere told.
import fc from 'fast-check';
import { exportBody, exported, rowsOf } from '../../support/exporting';
import {
  personIn,
  roleIn,
  some,
  teamIn,
  type As,
  type Level,
  type Person,
  type Rights,
} from '../../support/servers/people';
import { startApp, type AnyJson, type App } from '../../support/servers/app';

const users = '/settings/v3/users';
const deals = '/crm/v3/objects/deals';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const person = (body: object) => personIn(app, body);
const team = () => teamIn(app);
const role = (rights: Rights) => roleIn(app, rights);
const deal = async (owner: string | undefined, mark: string) => {
  const properties = { dealname: mark, ...(owner !== undefined && { hubspot_owner_id: owner }) };
  return (await app.ok('POST', deals, { properties })).id;
};
const idsOf = ({ results }: AnyJson) => results.map(({ id }) => id).sort();
const get = async <T = AnyJson>(as: As, path: string) => app.api<T>('GET', path, undefined, as);

async function searched(as: As, mark: string) {
  const filters = [{ propertyName: 'dealname', operator: 'EQ', value: mark }];
  const { body } = await app.api<AnyJson & { total: number }>(
    ...(['POST', `${deals}/search`, { filterGroups: [{ filters }], limit: 100 }, as] as const),
  );
  return { ids: idsOf(body), total: body.total };
}

async function listed(as: As, mine: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  for (let after = ''; ;) {
    const { body } = await get(as, `${deals}?limit=100${after && `&after=${after}`}`);
    found.push(...idsOf(body));
    if (!body.paging) return found.filter((id) => mine.has(id)).sort();
    after = body.paging.next.after;
  }
}

async function exportedIds(as: As, mine: ReadonlySet<string>): Promise<string[]> {
  const rows = await rowsOf(app, exportBody('DEAL', ['dealname']), as);
  return rows
    .map(([id]) => id!)
    .filter((id) => mine.has(id))
    .sort();
}

const level = fc.constantFrom<Level>('own', 'team', 'all');
test('everything that a person finds is what a naive filter over owners gives', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ view: level, edit: fc.constant<Level>('none'), delete: fc.constant<Level>('none') }),
      fc.array(fc.constantFrom(0, 1, 2, 3, undefined), { minLength: 4, maxLength: 12 }),
      fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 3, maxLength: 3 }),
      async (rights, owners, memberships) => {
        const [north, south] = [await team(), await team()];
        const reader = await person({
          roleId: await role(rights),
          primaryTeamId: north,
          secondaryTeamIds: [south],
        });
        const others = await Promise.all(
          memberships.map(([inNorth, inSouth]) =>
            person({
              ...(inNorth && { primaryTeamId: north }),
              ...(inSouth && { secondaryTeamIds: [south] }),
            }),
          ),
        );
        const people = [reader, ...others];
        const mark = `deal ${some()}`;
        const made = await Promise.all(
          owners.map(async (n) => ({ n, id: await deal(n === undefined ? n : people[n]!.id, mark) })),
        );
        const company = (await app.ok('POST', '/crm/v3/objects/companies', { properties: {} })).id;
        for (const { id } of made)
          await app.ok('PUT', `/crm/v4/objects/companies/${company}/associations/default/deals/${id}`);
        const isTeammate = (n: number) => n === 0 || memberships[n - 1]!.some(Boolean);
        const sees = (n: number | undefined) =>
          rights.view === 'all' || (n !== undefined && (rights.view === 'team' ? isTeammate(n) : n === 0));
        const expected = made.flatMap(({ n, id }) => (sees(n) ? [id] : [])).sort();
        const mine = new Set(made.map(({ id }) => id));
        const { as } = reader;

        expect(await searched(as, mark)).toEqual({ ids: expected, total: expected.length });
        expect(await listed(as, mine)).toEqual(expected);
        expect(await exportedIds(as, mine)).toEqual(expected);
        const inputs = made.map(({ id }) => ({ id }));
        expect(idsOf((await app.api('POST', `${deals}/batch/read`, { inputs }, as)).body)).toEqual(expected);
        const single = await Promise.all(made.map(({ id }) => get(as, `${deals}/${id}`)));
        expect(single.filter(({ status }) => status === 200).length).toBe(expected.length);
        const associated = await get<{ results: { toObjectId: number }[] }>(
          as,
          `/crm/v4/objects/companies/${company}/associations/deals?limit=100`,
        );
        expect(associated.body.results.map(({ toObjectId }) => String(toObjectId)).sort()).toEqual(expected);
        const shown = await get<{ associations?: { deals?: AnyJson } }>(
          as,
          `/crm/v3/objects/companies/${company}?associations=deals`,
        );
        const beside = shown.body.associations?.deals?.results.map(({ id }) => id) ?? [];
        expect([...new Set(beside)].sort()).toEqual(expected);
      },
    ),
    { numRuns: 4 },
  ));

describe('a person who may change their own records alone', () => {
  let me: Person;
  let mine: string;
  let theirs: string;
  beforeAll(async () => {
    me = await person({
      roleId: await role({ view: 'team', edit: 'own', delete: 'own' }),
      primaryTeamId: await team(),
    });
    const { primaryTeamId } = await app.ok<AnyJson & { primaryTeamId: string }>('GET', `${users}/${me.id}`);
    const mate = await person({ primaryTeamId });
    mine = await deal(me.id, `mine ${some()}`);
    theirs = await deal(mate.id, `theirs ${some()}`);
  });
  const status = async (method: string, path: string, body?: object) =>
    (await app.api(method, path, body, me.as)).status;
  const change = { properties: { amount: '5' } };

  test('changes these, and is told why not others: what they may not see is not there', async () => {
    const strange = await deal(undefined, `nobody's ${some()}`);
    expect(await status('PATCH', `${deals}/${mine}`, change)).toBe(200);
    expect(await status('PATCH', `${deals}/${theirs}`, change)).toBe(403);
    expect(await status('PATCH', `${deals}/${strange}`, change)).toBe(404);
    expect(await status('DELETE', `${deals}/${theirs}`)).toBe(403);
    const inputs = [mine, theirs, strange].map((id) => ({ id, ...change }));
    const batch = await app.api<{ results: AnyJson[] }>('POST', `${deals}/batch/update`, { inputs }, me.as);
    expect(batch.body.results.map(({ id }) => id)).toEqual([mine]);
    const merge = { primaryObjectId: mine, objectIdToMerge: theirs };
    expect(await status('POST', `${deals}/merge`, merge)).toBe(403);
    expect(await status('GET', `${deals}/${theirs}`)).toBe(200);
  });

  test('learns of no record by its revision', async () => {
    const strange = await deal(undefined, `nobody's ${some()}`);
    const at = { ...me.as, 'if-match': '"7"' };
    const answers = async (id: string) => [
      (await app.api('PATCH', `${deals}/${id}`, change, at)).status,
      (await app.api('DELETE', `${deals}/${id}`, undefined, at)).status,
    ];
    expect(await answers(strange)).toEqual([404, 404]);
    expect(await answers(theirs)).toEqual([403, 403]);
    expect(await answers(mine)).toEqual([412, 412]);
  });

  test('owns what they create for nobody, deletes it, and brings it back', async () => {
    const { body } = await app.api('POST', deals, { properties: { dealname: 'new' } }, me.as);
    expect(body).toMatchObject({ properties: { hubspot_owner_id: me.id } });
    expect(await status('DELETE', `${deals}/${body.id}`)).toBe(204);
    const bin = await get(me.as, '/recycle-bin/v1/deals?limit=200');
    expect(bin.body.results.map(({ id }) => id)).toEqual([body.id]);
    const back = await app.api('POST', '/recycle-bin/v1/deals/restore', { ids: [body.id] }, me.as);
    expect(back.body.results).toMatchObject([{ id: body.id, outcome: 'restored' }]);
  });

  test('brings back nothing of others, by id or by filter', async () => {
    await app.ok('DELETE', `${deals}/${theirs}`);
    const back = await app.api('POST', '/recycle-bin/v1/deals/restore', { ids: [theirs] }, me.as);
    expect(back.body.results).toMatchObject([{ id: theirs, outcome: 'refused' }]);
    await app.ok('POST', '/recycle-bin/v1/deals/restore', { ids: [theirs] });
  });

  test('associates their own records with what they see', async () => {
    const other = await deal(me.id, `mine too ${some()}`);
    const path = (from: string, to: string) =>
      `/crm/v4/objects/deals/${from}/associations/default/deals/${to}`;
    const strange = await deal(undefined, `nobody's ${some()}`);
    expect(await status('PUT', path(mine, other))).toBe(200);
    expect(await status('PUT', path(mine, strange))).toBe(404);
  });

  test('reads in the audit log that others were changed, not to what', async () => {
    const strange = await deal(undefined, `secret ${some()}`);
    const { body } = await get(me.as, `/audit/v1/entries?targetType=deals&targetId=${strange}`);
    const [entry] = body.results;
    expect(entry).toMatchObject({ action: 'CREATE' });
    const told = await get<AnyJson & { changes: Record<string, { to: unknown }> }>(
      me.as,
      `/audit/v1/entries/${entry!.id}`,
    );
    expect(told.status).toBe(200);
    expect(JSON.stringify([body, told.body])).not.toContain('secret');
    const own = await get(me.as, `/audit/v1/entries?targetType=deals&targetId=${mine}`);
    expect(JSON.stringify(own.body)).toContain('mine');
  });
});

test('whoever may delete nothing brings back nothing', async () => {
  const rights = { view: 'all', edit: 'all', delete: 'none' } as const;
  const { as } = await person({ roleId: await role(rights) });
  const id = await deal(undefined, `deleted ${some()}`);
  await app.ok('DELETE', `${deals}/${id}`);
  const restore = await app.api('POST', '/recycle-bin/v1/deals/restore', { ids: [id] }, as);
  expect(restore.status).toBe(403);
  const { body } = await get(as, `/audit/v1/entries?targetType=deals&targetId=${id}&action=DELETE`);
  const entry = `/audit/v1/entries/${body.results[0]!.id}`;
  expect((await get(as, entry)).body).toMatchObject({ can: { restore: false } });
  expect((await app.api('POST', `${entry}/restore`, {}, as)).status).toBe(403);
});

test('a link to an export opens nothing once its maker may not export', async () => {
  const rights = { view: 'all', edit: 'none', delete: 'none' } as const;
  const me = await person({ roleId: await role(rights) });
  const { id } = await exported(app, exportBody('DEAL', ['dealname']), me.as);
  const status = `/crm/v3/exports/export/async/tasks/${id}/status`;
  const { result } = await app.ok<{ result: string }>('GET', status, undefined, me.as);
  const fetched = async () => (await fetch(result.replace(/^https?:\/\/[^/]+/, app.url))).status;
  expect(await fetched()).toBe(200);
  await app.ok('PUT', `${users}/${me.id}`, { roleId: 'viewer' });
  expect(await fetched()).toBe(403);
});

test('leaving a team takes its records out of sight at once', async () => {
  const north = await team();
  const lead = await person({
    roleId: await role({ view: 'team', edit: 'none', delete: 'none' }),
    primaryTeamId: north,
  });
  const mate = await person({ primaryTeamId: north });
  const id = await deal(mate.id, `theirs ${some()}`);
  expect((await get(lead.as, `${deals}/${id}`)).status).toBe(200);
  await app.ok('PUT', `${users}/${mate.id}`, { primaryTeamId: '' });
  expect((await get(lead.as, `${deals}/${id}`)).status).toBe(404);
});
