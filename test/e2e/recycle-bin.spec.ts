// The recycle bin over HTTP: what was archived is listed with who and when, and comes back singly, in batches, by filter.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { adminEmail, type App, startApp } from '../support/app';

interface Entry {
  readonly id: string;
  readonly name: string | null;
  readonly archivedAt: string;
  readonly archivedBy: { readonly type: string; readonly id: string; readonly email?: string };
  readonly purgeAt: string;
  readonly properties: Readonly<Record<string, string | null>>;
}
interface Page<T> {
  readonly results: readonly T[];
  readonly paging?: { readonly next: { readonly after: string } };
}
interface Result {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: { readonly code: string; readonly message: string; readonly context?: object };
}
interface Job {
  readonly id: string;
  readonly status: string;
  readonly objectType: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly total: number };
}

const BIN = '/recycle-bin/v1';
let app: App;
beforeAll(async () => void (app = await startApp()));
afterAll(() => app.close());

const create = async (type: string, properties: object): Promise<string> =>
  (await app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id;
const archive = (type: string, id: string, headers?: Record<string, string>) =>
  app.ok('DELETE', `/crm/v3/objects/${type}/${id}`, undefined, headers);
const restore = (type: string, body: object, headers?: Record<string, string>) =>
  app.api<{ results: Result[]; message: string; category: string } & Job>(
    'POST',
    `${BIN}/${type}/restore`,
    body,
    headers,
  );
const bin = async (path: string): Promise<readonly Entry[]> =>
  (await app.ok<Page<Entry>>('GET', `${BIN}/${path}`)).results;
const idsIn = async (path: string): Promise<string[]> => (await bin(path)).map(({ id }) => id);
const statusOf = async (type: string, id: string): Promise<number> =>
  (await app.api('GET', `/crm/v3/objects/${type}/${id}`)).status;

async function keyWith(...scopes: string[]): Promise<{ id: string; headers: Record<string, string> }> {
  const { id, token } = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', {
    name: randomUUID(),
    scopes,
  });
  return { id, headers: { authorization: `Bearer ${token}` } };
}

async function ended(id: string): Promise<Job> {
  for (;;) {
    const job = await app.ok<Job>('GET', `${BIN}/restores/${id}`);
    if (!['QUEUED', 'RUNNING'].includes(job.status)) return job;
    await pause(50);
  }
}

/** Created in one call and archived in one. */
async function binned(type: string, inputs: readonly object[]): Promise<string[]> {
  const { results } = await app.ok('POST', `/crm/v3/objects/${type}/batch/create`, {
    inputs: inputs.map((properties) => ({ properties })),
  });
  const ids = results.map(({ id }) => id);
  await app.ok('POST', `/crm/v3/objects/${type}/batch/archive`, { inputs: ids.map((id) => ({ id })) });
  return ids;
}

describe('the list', () => {
  test('tells who archived a record, when, and until when it can come back; the last one first', async () => {
    const key = await keyWith('crm.objects.companies.write');
    const first = await create('companies', { name: 'First', city: 'Oslo' });
    const second = await create('companies', { name: 'Second' });
    await archive('companies', first);
    await archive('companies', second, key.headers);
    const [newest, oldest] = await bin('companies?properties=city');
    expect(newest).toMatchObject({
      id: second,
      name: 'Second',
      archivedBy: { type: 'apiKey', id: key.id, userId: app.admin.id, email: adminEmail },
    });
    expect(oldest).toMatchObject({
      id: first,
      name: 'First',
      archivedBy: { type: 'user', id: app.admin.id, email: adminEmail },
      properties: { city: 'Oslo', hs_object_id: first },
    });
    const days = (Date.parse(oldest!.purgeAt) - Date.parse(oldest!.archivedAt)) / 86_400_000;
    expect(days).toBe(90);
    expect(await idsIn(`companies?archivedBy=${key.id}`)).toEqual([second]);
    expect(await idsIn(`companies?archivedBy=${encodeURIComponent(adminEmail)}`)).toEqual([second, first]);
    expect(await idsIn('companies?q=fir')).toEqual([first]);
    expect(await idsIn(`companies?from=${newest!.archivedAt}`)).toContain(second);
    expect(await idsIn(`companies?to=${new Date(Date.parse(oldest!.archivedAt) - 1).toISOString()}`)).toEqual(
      [],
    );
  });

  test('is paged, without holes or repeats while records leave it', async () => {
    const ids = await binned(
      'products',
      Array.from({ length: 5 }, (_, n) => ({ name: `Product ${n}` })),
    );
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await app.ok<Page<Entry>>('GET', `${BIN}/products?limit=2${after && `&after=${after}`}`);
      seen.push(...page.results.map(({ id }) => id));
      await restore('products', { ids: [page.results[0]!.id] });
      if (!page.paging) break;
      after = encodeURIComponent(page.paging.next.after);
    }
    expect([...seen].sort()).toEqual([...ids].sort());
  });

  test('says what is wrong with a request', async () => {
    for (const [query, named] of [
      ['limit=201', 'limit'],
      ['from=yesterday', 'from'],
      ['from=2024-02-01T00:00:00Z&to=2024-01-01T00:00:00Z', 'to'],
      ['archivedby=7', 'archivedby'],
    ] as const) {
      const { status, body } = await app.api('GET', `${BIN}/companies?${query}`);
      expect({ query, status, message: body.message.includes(named) }).toEqual({
        query,
        status: 400,
        message: true,
      });
    }
    expect((await app.api('GET', `${BIN}/companies?archivedBy=nobody@example.com`)).status).toBe(404);
    expect((await app.api('GET', `${BIN}/unicorns`)).status).toBe(400);
  });
});

describe('records by id', () => {
  test('come back under their ids with their values, each with its outcome', async () => {
    const [one, two] = await binned('tickets', [{ subject: 'One' }, { subject: 'Two' }]);
    const live = await create('tickets', { subject: 'Live' });
    const { status, body } = await restore('tickets', { ids: [two, live, one, '1', one] });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([
      { id: two, outcome: 'restored' },
      { id: live, outcome: 'live' },
      { id: one, outcome: 'restored' },
      { id: '1', outcome: 'refused', reason: { code: 'record-unknown' } },
    ]);
    const read = await app.ok('GET', `/crm/v3/objects/tickets/${one}?properties=subject`);
    expect(read).toMatchObject({ id: one, archived: false, properties: { subject: 'One' } });
    expect(await idsIn('tickets')).toEqual([]);
  });

  test('are all back: then the answer is 200, and the audit log names the restore', async () => {
    const [id] = await binned('tickets', [{ subject: 'Back' }]);
    expect((await restore('tickets', { ids: [id] })).status).toBe(200);
    const audit = await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=RESTORE&source=RESTORE`);
    expect(audit.results).toMatchObject([{ category: 'CRM_OBJECT', subCategory: 'TICKET', target: { id } }]);
  });

  test('that would break a unique property stay, and the record in the way is named', async () => {
    const email = `${randomUUID()}@example.com`;
    const [old, other] = await binned('contacts', [{ email, city: 'Oslo' }, { city: 'Bergen' }]);
    const holder = await create('contacts', { email });
    const { status, body } = await restore('contacts', { ids: [old, other] });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([
      {
        id: old,
        outcome: 'refused',
        reason: {
          code: 'value-taken',
          message: `Contact already exists. Existing ID: ${holder}`,
          context: { propertyName: ['email'], existingObjectId: [holder], existingObjectName: [email] },
        },
      },
      { id: other, outcome: 'restored' },
    ]);
    expect(await statusOf('contacts', old!)).toBe(404);
    await archive('contacts', holder);
    expect((await restore('contacts', { ids: [old] })).status).toBe(200);
  });

  test('that were merged or erased are refused by what became of them', async () => {
    const [stays, merged, erased] = await Promise.all(
      ['stays', 'merged', 'erased'].map((firstname) => create('contacts', { firstname })),
    );
    await app.ok('POST', '/crm/v3/objects/contacts/merge', {
      primaryObjectId: stays,
      objectIdToMerge: merged,
    });
    await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: erased });
    const { body } = await restore('contacts', { ids: [merged, erased] });
    expect(body.results).toMatchObject([
      { id: merged, reason: { code: 'record-merged', context: { intoObjectId: [stays] } } },
      { id: erased, reason: { code: 'record-erased' } },
    ]);
  });

  test('have their associations again, which were out of sight while they were in the bin', async () => {
    const company = await create('companies', { name: 'Associated' });
    const person = await create('contacts', { firstname: 'Associated' });
    const path = `/crm/v4/objects/companies/${company}/associations`;
    await app.ok('PUT', `${path}/default/contacts/${person}`);
    const associated = async () =>
      (await app.ok<{ results: { toObjectId: number }[] }>('GET', `${path}/contacts`)).results.map(
        ({ toObjectId }) => String(toObjectId),
      );
    expect(await associated()).toEqual([person]);
    await archive('contacts', person);
    expect(await associated()).toEqual([]);
    await restore('contacts', { ids: [person] });
    expect(await associated()).toEqual([person]);
    await archive('companies', company);
    await ended((await restore('companies', { filterGroups: [] })).body.id);
    expect(await associated()).toEqual([person]);
  });

  test('need the write scope of their type, the list the read scope', async () => {
    const reader = await keyWith('crm.objects.companies.read');
    expect((await app.api('GET', `${BIN}/companies`, undefined, reader.headers)).status).toBe(200);
    expect((await app.api('GET', `${BIN}/contacts`, undefined, reader.headers)).status).toBe(403);
    expect((await restore('companies', { ids: ['1'] }, reader.headers)).status).toBe(403);
  });

  test('are asked for plainly: what is wrong with a request is said, and nothing is done', async () => {
    for (const [body, named] of [
      [{}, 'ids'],
      [{ ids: [] }, 'ids'],
      [{ ids: ['7'], filterGroups: [] }, 'ids'],
      [{ ids: ['seven'] }, 'ids'],
      [{ ids: ['7'], q: 'x' }, 'q'],
      [{ ids: Array.from({ length: 101 }, (_, n) => String(n)) }, 'ids'],
      [{ filterGroups: [{ filters: [] }] }, 'filterGroups'],
      [{ filterGroups: [{ filters: [{ propertyName: 'no', operator: 'EQ', value: '1' }] }] }, 'no'],
      [{ filterGroups: [], everything: true }, 'everything'],
    ] as const) {
      const { status, body: answer } = await restore('contacts', body);
      expect({ body, status, named: answer.message.includes(named) }).toEqual({
        body,
        status: 400,
        named: true,
      });
    }
  });
});

describe('all that match a filter', () => {
  const COUNT = 250;
  const email = (run: string, n: number) => `${run}-${n}@bin.example`;

  test('come back as a job; those that cannot are listed one by one', async () => {
    const run = randomUUID();
    const people = Array.from({ length: COUNT }, (_, n) => ({ email: email(run, n), city: `Bin ${run}` }));
    const ids: string[] = [];
    for (let start = 0; start < COUNT; start += 100)
      ids.push(...(await binned('contacts', people.slice(start, start + 100))));
    const [elsewhere] = await binned('contacts', [{ email: email(run, COUNT), city: 'Elsewhere' }]);
    const holder = await create('contacts', { email: email(run, 7) });
    const filters = [{ propertyName: 'city', operator: 'EQ', value: `Bin ${run}` }];
    const asked = await restore('contacts', { filterGroups: [{ filters }], archivedBy: adminEmail });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({
      objectType: 'contacts',
      status: expect.stringMatching(/QUEUED|RUNNING/) as string,
    });

    const events = await app.ok<string>('GET', `${BIN}/restores/${asked.body.id}/progress`);
    expect(events.trim().split('\n').at(-1)).toContain('"status":"COMPLETED"');
    const job = await ended(asked.body.id);
    expect(job).toMatchObject({
      status: 'COMPLETED',
      outcomes: { restored: COUNT - 1, live: 0, refused: 1 },
      progress: { done: COUNT, total: COUNT },
      requestedBy: app.admin.id,
    });
    const refused = await app.ok<Page<Result>>('GET', `${BIN}/restores/${job.id}/records`);
    expect(refused.results).toEqual([
      {
        id: ids[7],
        outcome: 'refused',
        reason: {
          code: 'value-taken',
          message: `Contact already exists. Existing ID: ${holder}`,
          context: {
            propertyName: ['email'],
            existingObjectId: [holder],
            existingObjectName: [email(run, 7)],
          },
        },
      },
    ]);
    expect(await idsIn(`contacts?q=${run}`)).toEqual([elsewhere, ids[7]]);
    const found = await app.ok<{ total: number }>('POST', '/crm/v3/objects/contacts/search', {
      filterGroups: [{ filters }],
    });
    expect(found.total).toBe(COUNT - 1);
    const rows = await app.ok(
      'GET',
      `/audit/v1/entries?targetType=bin-restores&targetId=${job.id}&sort=occurredAt`,
    );
    expect(rows.results.map(({ action }) => action)).toEqual(['RESTORE', 'UPDATE']);
    const back = await app.ok('GET', `/audit/v1/entries?targetId=${ids[0]}&action=RESTORE`);
    expect(back.results).toMatchObject([{ actor: { type: 'restore', id: job.id, userId: app.admin.id } }]);
  });

  test('are all there are, where the list of groups is empty; later ones are left alone', async () => {
    const ids = await binned('deals', [{ dealname: 'A' }, { dealname: 'B' }]);
    const { body } = await restore('deals', { filterGroups: [] });
    const later = await create('deals', { dealname: 'Later' });
    await archive('deals', later);
    expect(await ended(body.id)).toMatchObject({ outcomes: { restored: 2, live: 0, refused: 0 } });
    expect(await idsIn('deals')).toEqual([later]);
    expect(await Promise.all(ids.map((id) => statusOf('deals', id)))).toEqual([200, 200]);
  });

  test('is seen by keys that may read the type, stopped by those that may write it', async () => {
    const { body } = await restore('tasks', { filterGroups: [] });
    await ended(body.id);
    const reader = await keyWith('crm.objects.tasks.read');
    const stranger = await keyWith('crm.objects.calls.write', 'crm.objects.calls.read');
    const path = `${BIN}/restores/${body.id}`;
    expect((await app.api('GET', path, undefined, reader.headers)).status).toBe(200);
    expect((await app.api('GET', path, undefined, stranger.headers)).status).toBe(403);
    const listed = await app.ok('GET', `${BIN}/restores`, undefined, stranger.headers);
    expect(listed.results).toEqual([]);
    expect((await app.api('POST', `${path}/cancel`, undefined, reader.headers)).status).toBe(403);
    expect((await app.api('POST', `${path}/cancel`)).status).toBe(409);
    expect((await app.api('GET', `${BIN}/restores/1`)).status).toBe(404);
  });

  test('answers the same job to a repeat of the request', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await restore('calls', { filterGroups: [] }, key);
    const again = await restore('calls', { filterGroups: [] }, key);
    expect(again.body.id).toBe(first.body.id);
  });
});
