// The story of a restore over HTTP: a backup, a bad bulk change, a plan, its execution, and what is told of it.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { type App, ownLog, startApp } from '../../support/servers/app';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly position: string;
}
interface PlanJson extends Job {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly sha256: string;
}
interface RowJson {
  readonly recordId: string;
  readonly kind: string;
  readonly changes: Readonly<Record<string, { from: string | null; to: string | null }>>;
  readonly conflict?: unknown;
}
interface RestoreJson extends Job {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly total: number };
}
interface Page<T> {
  readonly results: readonly T[];
  readonly paging?: { readonly next: { readonly after: string } };
}

const COUNT = 150;
/** Of this run alone. */
const host = `${randomUUID().slice(0, 8)}.test`;
const confirm = { changesData: true, overwritesValues: true };
let app: App;
let ids: string[];

async function ended<T extends Job>(path: string): Promise<T> {
  for (;;) {
    const job = await app.ok<T>('GET', path);
    if (!['PLANNING', 'QUEUED', 'RUNNING'].includes(job.status)) return job;
    await pause(50);
  }
}

async function planned(body: object): Promise<PlanJson> {
  const { id } = await app.ok<Job>('POST', '/restores/v1/plans', body);
  const plan = await ended<PlanJson>(`/restores/v1/plans/${id}`);
  expect(plan.status).toBe('READY');
  return plan;
}

async function all<T>(path: string, limit: number): Promise<T[]> {
  const results: T[] = [];
  for (let after = ''; ;) {
    const join = path.includes('?') ? '&' : '?';
    const page = await app.ok<Page<T>>('GET', `${path}${join}limit=${limit}${after && `&after=${after}`}`);
    results.push(...page.results);
    if (!page.paging) return results;
    after = encodeURIComponent(page.paging.next.after);
  }
}

async function values(): Promise<Record<string, Record<string, string | null>>> {
  const records = await all<{ id: string; properties: Record<string, string | null> }>(
    '/crm/v3/objects/contacts?properties=email&properties=firstname&properties=jobtitle&properties=city',
    100,
  );
  return Object.fromEntries(
    records.map(({ id, properties: { email, firstname, jobtitle, city } }) => [
      id,
      { email: email ?? null, firstname: firstname ?? null, jobtitle: jobtitle ?? null, city: city ?? null },
    ]),
  );
}

async function batch(action: string, inputs: readonly object[]): Promise<{ results: { id: string }[] }> {
  const results: { id: string }[] = [];
  for (let start = 0; start < inputs.length; start += 100)
    results.push(
      ...(
        await app.ok<{ results: { id: string }[] }>('POST', `/crm/v3/objects/contacts/batch/${action}`, {
          inputs: inputs.slice(start, start + 100),
        })
      ).results,
    );
  return { results };
}

beforeAll(async () => {
  // What is there besides is counted.
  app = await startApp(ownLog);
  const contacts = Array.from({ length: COUNT }, (_, n) => ({
    properties: {
      ...{ email: `person${n}@${host}`, firstname: `First ${n}`, city: 'Łódź' },
      ...(n % 2 === 0 && { jobtitle: `Title ${n}` }),
    },
  }));
  ids = (await batch('create', contacts)).results.map(({ id }) => id).sort();
});
afterAll(() => app.close());

const SELECTION = [{ objectType: 'contacts', properties: ['firstname', 'jobtitle'] }];

test('a bad bulk change is planned away and restored, newer edits are left alone', async () => {
  const backup = await app.ok<Job>('POST', '/backups/v1/backups', {});
  const before = await values();
  await batch(
    'update',
    ids.map((id) => ({ id, properties: { firstname: 'Oops', jobtitle: 'Oops', city: 'Elsewhere' } })),
  );
  const created = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { firstname: 'New' } });
  await app.ok('DELETE', `/crm/v3/objects/contacts/${ids[9]}`);

  const asked = { source: { backupId: backup.id }, objects: SELECTION };
  const plan = await planned(asked);
  expect(plan.position).toBe(backup.position);
  expect(plan.summary).toMatchObject({
    ...{ records: COUNT - 1, missing: 1, createdSince: 1, conflicts: 0, recreated: 0 },
    byObject: { contacts: COUNT - 1 },
  });
  const rows = await all<RowJson>(`/restores/v1/plans/${plan.id}/changes`, 60);
  expect(rows).toHaveLength(COUNT - 1);
  const [first, second] = [rows[0]!, rows[1]!];
  expect(first.changes.jobtitle).toEqual({ from: 'Oops', to: before[first.recordId]!.jobtitle });
  expect([first, second].map(({ changes }) => changes.jobtitle?.to === null).sort()).toEqual([false, true]);
  // The same question at the same position of the log has the same answer.
  expect((await planned(asked)).summary).toEqual(plan.summary);

  const path = `/restores/v1/plans/${plan.id}/execute`;
  expect(await app.api('POST', path, { confirm })).toMatchObject({
    ...{ status: 403, body: { subCategory: 'TWO_FACTOR_NOT_SET_UP' } },
  });
  await app.setUpTwoFactor();
  const oneBox = await app.api('POST', path, { confirm: { changesData: true }, totp: '000000' });
  expect(oneBox.status).toBe(400);
  expect(oneBox.body.message).toContain('overwritesValues');
  expect(await app.api('POST', path, { confirm })).toMatchObject({
    ...{ status: 401, body: { subCategory: 'TOTP_REQUIRED' } },
  });
  expect((await app.api('POST', path, { confirm, totp: '000000' })).status).toBe(401);

  // Edited between plan and execution: newer than what the plan knows.
  await app.ok('PATCH', `/crm/v3/objects/contacts/${ids[3]}`, { properties: { firstname: 'Newer' } });
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', path, { confirm, totp: app.totp() });
  const restore = await ended<RestoreJson>(`/restores/v1/restores/${restoreId}`);
  expect(restore).toMatchObject({
    ...{ status: 'COMPLETED', position: backup.position, progress: { done: COUNT - 1, total: COUNT - 1 } },
    outcomes: { changed: COUNT - 2, drifted: 1, unchanged: 0, refused: 0, recreated: 0 },
  });
  const after = await values();
  for (const id of ids.filter((one) => one !== ids[9]))
    expect(after[id]).toEqual({
      ...before[id],
      ...(id === ids[3] && { firstname: 'Newer' }),
      city: 'Elsewhere',
    });
  expect(after[created.id]?.firstname).toBe('New');
  expect(await all(`/restores/v1/restores/${restoreId}/records?outcome=drifted`, 50)).toEqual([
    { objectType: 'contacts', recordId: ids[3], outcome: 'drifted', drifted: ['firstname'] },
  ]);
  expect((await app.api('POST', path, { confirm, totp: '000000' })).body.subCategory).toBe('PLAN_EXECUTED');
  expect(await app.ok<PlanJson>('GET', `/restores/v1/plans/${plan.id}`)).toMatchObject({
    ...{ status: 'EXECUTED', restoreId },
  });
  // What is left of the difference is what was edited since.
  const again = await planned(asked);
  expect(again.summary).toMatchObject({ records: 1, changes: 1 });
  const imports = await app.ok<Page<{ importName: string; state: string }>>('GET', '/crm/v3/imports');
  expect(imports.results).toContainEqual(
    expect.objectContaining({ importName: 'Data Restore - Contact', state: 'DONE' }),
  );
});

test('deleted records come back under their ids where that was asked for', async () => {
  const head = String(await app.engine.eventStore.head());
  await app.ok('DELETE', `/crm/v3/objects/contacts/${ids[1]}`);
  await app.ok('DELETE', `/crm/v3/objects/contacts/${ids[2]}`);
  const taken = `person2@${host}`;
  const thief = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: taken } });
  const plan = await planned({
    source: { asOf: head },
    objects: [{ objectType: '0-1', properties: '*', recordIds: [ids[1], ids[2]] }],
    modes: { recreateDeleted: true },
  });
  expect(plan.summary).toMatchObject({ records: 2, recreated: 2, missing: 0, conflicts: 1 });
  const rows = await all<RowJson>(`/restores/v1/plans/${plan.id}/changes`, 50);
  const conflict = rows.find((row) => row.conflict)!;
  expect(conflict.conflict).toEqual({ property: 'email', heldBy: thief.id });
  const some = async (filter: string) =>
    (await app.ok<{ results: RowJson[] }>('GET', `/restores/v1/plans/${plan.id}/changes?${filter}`)).results;
  expect(await some('only=conflict')).toEqual([conflict]);
  expect(await some('only=leftAlone')).toEqual([]);
  expect(await some('kind=recreate')).toEqual(rows);
  expect(await some('kind=update')).toEqual([]);
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${plan.id}/execute`, {
    confirm,
    totp: app.totp(),
  });
  const restore = await ended<RestoreJson>(`/restores/v1/restores/${restoreId}`);
  expect(restore.outcomes).toMatchObject({ recreated: 1, refused: 1 });
  const kept = await all<{ outcome: string; recordId: string; reason?: { message: string } }>(
    `/restores/v1/restores/${restoreId}/records`,
    50,
  );
  expect(kept.find(({ outcome }) => outcome === 'refused')).toMatchObject({
    recordId: conflict.recordId,
    reason: { code: 'value-taken', message: expect.stringContaining(thief.id) as string },
  });
  const back = rows.find((row) => !row.conflict)!;
  expect((await app.api('GET', `/crm/v3/objects/contacts/${back.recordId}`)).status).toBe(200);
});

test('what cannot be planned is refused with what is wrong', async () => {
  const head = await app.engine.eventStore.head();
  const source = { asOf: String(head) };
  const contacts = { objectType: 'contacts', properties: ['firstname'] };
  const refused = async (body: object) => {
    const { status, body: answer } = await app.api('POST', '/restores/v1/plans', body);
    return `${status} ${answer.message}`;
  };
  const cases: [object, RegExp][] = [
    [{ source: { backupId: '1' }, objects: [contacts] }, /^404 .*backup/],
    [{ source: { asOf: String(head + 1_000_000n) }, objects: [contacts] }, /^400 .*future/],
    [{ source: { asOf: '2999-01-01T00:00:00Z' }, objects: [contacts] }, /^400 .*future/],
    [{ source: { asOf: 'yesterday' }, objects: [contacts] }, /^400 .*asOf/],
    [{ source, objects: [{ ...contacts, objectType: 'spaceships' }] }, /^400 .*objectType/],
    [{ source, objects: [{ ...contacts, properties: ['nope'] }] }, /^400 .*nope/],
    [
      { source, objects: [{ ...contacts, properties: ['hs_lastmodifieddate'] }] },
      /^400 .*hs_lastmodifieddate/,
    ],
    [{ source, objects: [contacts, contacts] }, /^400 .*twice/],
    [{ source, objects: [] }, /^400/],
    [
      {
        source,
        objects: [
          { ...contacts, filterGroups: [{ filters: [{ propertyName: 'nope', operator: 'HAS_PROPERTY' }] }] },
        ],
      },
      /^400 .*nope/,
    ],
  ];
  for (const [body, expected] of cases) expect(await refused(body)).toMatch(expected);
  expect((await app.api('GET', '/restores/v1/plans/1')).status).toBe(404);
  expect((await app.api('GET', '/restores/v1/restores/1')).status).toBe(404);
});

test('an API key may plan a restore but never execute one', async () => {
  const key = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'r',
    scopes: ['restores'],
  });
  const authorization = `Bearer ${key.token}`;
  const asked = { source: { asOf: 0 }, objects: SELECTION };
  const plan = await app.api<PlanJson>('POST', '/restores/v1/plans', asked, { authorization });
  expect(plan.status).toBe(202);
  const path = `/restores/v1/plans/${plan.body.id}/execute`;
  expect((await app.api('POST', path, { confirm, totp: '000000' }, { authorization })).status).toBe(403);
});
