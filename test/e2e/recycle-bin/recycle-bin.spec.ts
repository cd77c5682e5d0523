// The recycle bin over HTTP: what was archived is listed with who and when, and comes back singly and in batches.
import { randomUUID } from 'node:crypto';
import { adminEmail, type App, startApp } from '../../support/servers/app';
import { BIN, Bin, type BinEntry, type BinPage } from '../../support/bin';

let app: App;
const bin = new Bin(() => app);
beforeAll(async () => void (app = await startApp()));
afterAll(() => app.close());

describe('the list', () => {
  test('tells who archived a record, when, and until when it can come back; the last one first', async () => {
    const key = await bin.keyWith('crm.objects.companies.write');
    const first = await bin.create('companies', { name: 'First', city: 'Oslo' });
    const second = await bin.create('companies', { name: 'Second' });
    await bin.archive('companies', first);
    await bin.archive('companies', second, key.headers);
    const [newest, oldest] = await bin.list('companies?properties=city');
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
    expect(await bin.ids(`companies?archivedBy=${key.id}`)).toEqual([second]);
    expect(await bin.ids(`companies?archivedBy=${encodeURIComponent(adminEmail)}`)).toEqual([second, first]);
    expect(await bin.ids(`companies?q=fir&archivedBy=${app.admin.id}`)).toEqual([first]);
    expect(await bin.ids(`companies?from=${newest!.archivedAt}`)).toContain(second);
    expect(
      await bin.ids(`companies?to=${new Date(Date.parse(oldest!.archivedAt) - 1).toISOString()}`),
    ).toEqual([]);
  });

  test('is paged, without holes or repeats while records leave it', async () => {
    const ids = await bin.binned(
      'products',
      Array.from({ length: 5 }, (_, n) => ({ name: `Product ${n}` })),
    );
    // Those of others, too, lie in the bin of a shared log.
    const own = `products?archivedBy=${app.admin.id}&limit=2`;
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await app.ok<BinPage<BinEntry>>('GET', `${BIN}/${own}${after && `&after=${after}`}`);
      seen.push(...page.results.map(({ id }) => id));
      await bin.restore('products', { ids: [page.results[0]!.id] });
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
    const [one, two] = await bin.binned('tickets', [{ subject: 'One' }, { subject: 'Two' }]);
    const live = await bin.create('tickets', { subject: 'Live' });
    const { status, body } = await bin.restore('tickets', { ids: [two, live, one, '1', one] });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([
      { id: two, outcome: 'restored' },
      { id: live, outcome: 'live' },
      { id: one, outcome: 'restored' },
      { id: '1', outcome: 'refused', reason: { code: 'record-unknown' } },
    ]);
    const read = await app.ok('GET', `/crm/v3/objects/tickets/${one}?properties=subject`);
    expect(read).toMatchObject({ id: one, archived: false, properties: { subject: 'One' } });
    expect(await bin.ids(`tickets?archivedBy=${app.admin.id}`)).toEqual([]);
  });

  test('are all back: then the answer is 200, and the audit log names the restore', async () => {
    const [id] = await bin.binned('tickets', [{ subject: 'Back' }]);
    const { status, headers } = await bin.restore('tickets', { ids: [id] });
    expect({ status, position: headers.get('x-strata-position') }).toEqual({
      status: 200,
      position: expect.stringMatching(/^\d+$/) as string,
    });
    const audit = await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=RESTORE&source=RESTORE`);
    expect(audit.results).toMatchObject([{ category: 'CRM_OBJECT', subCategory: 'TICKET', target: { id } }]);
  });

  test('that would break a unique property stay, and the record in the way is named', async () => {
    const email = `${randomUUID()}@example.com`;
    const [old, other] = await bin.binned('contacts', [{ email, city: 'Oslo' }, { city: 'Bergen' }]);
    const holder = await bin.create('contacts', { email });
    const { status, body } = await bin.restore('contacts', { ids: [old, other] });
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
    expect(await bin.statusOf('contacts', old!)).toBe(404);
    await bin.archive('contacts', holder);
    expect((await bin.restore('contacts', { ids: [old] })).status).toBe(200);
  });

  test('that were merged or erased are refused by what became of them', async () => {
    const [stays, merged, erased] = await Promise.all(
      ['stays', 'merged', 'erased'].map((firstname) => bin.create('contacts', { firstname })),
    );
    await app.ok('POST', '/crm/v3/objects/contacts/merge', {
      primaryObjectId: stays,
      objectIdToMerge: merged,
    });
    await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: erased });
    const { body } = await bin.restore('contacts', { ids: [merged, erased] });
    expect(body.results).toMatchObject([
      { id: merged, reason: { code: 'record-merged', context: { intoObjectId: [stays] } } },
      { id: erased, reason: { code: 'record-erased' } },
    ]);
  });

  test('have their associations again, which were out of sight while they were in the bin', async () => {
    const company = await bin.create('companies', { name: 'Associated' });
    const person = await bin.create('contacts', { firstname: 'Associated' });
    const path = `/crm/v4/objects/companies/${company}/associations`;
    await app.ok('PUT', `${path}/default/contacts/${person}`);
    const associated = async () =>
      (await app.ok<{ results: { toObjectId: number }[] }>('GET', `${path}/contacts`)).results.map(
        ({ toObjectId }) => String(toObjectId),
      );
    expect(await associated()).toEqual([person]);
    await bin.archive('contacts', person);
    expect(await associated()).toEqual([]);
    await bin.restore('contacts', { ids: [person] });
    expect(await associated()).toEqual([person]);
    await bin.archive('companies', company);
    await bin.ended((await bin.restore('companies', { filterGroups: [] })).body.id);
    expect(await associated()).toEqual([person]);
  });

  test('need the write scope of their type, the list the read scope', async () => {
    const reader = await bin.keyWith('crm.objects.companies.read');
    expect((await app.api('GET', `${BIN}/companies`, undefined, reader.headers)).status).toBe(200);
    expect((await app.api('GET', `${BIN}/contacts`, undefined, reader.headers)).status).toBe(403);
    expect((await bin.restore('companies', { ids: ['1'] }, reader.headers)).status).toBe(403);
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
      const { status, body: answer } = await bin.restore('contacts', body);
      expect({ body, status, named: answer.message.includes(named) }).toEqual({
        body,
        status: 400,
        named: true,
      });
    }
  });
});

describe('a row of the audit log', () => {
  const rowOf = async (id: string, action: string) =>
    (await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=${action}`)).results[0]!.id;
  const canRestore = async (row: string, headers?: Record<string, string>) =>
    (await app.ok<{ can: { restore: boolean } }>('GET', `/audit/v1/entries/${row}`, undefined, headers)).can
      .restore;

  test('brings back the record whose deletion it tells of, once', async () => {
    const id = await bin.create('companies', { name: 'Row' });
    await bin.archive('companies', id);
    const row = await rowOf(id, 'DELETE');
    expect(await canRestore(row)).toBe(true);
    const reader = await bin.keyWith('audit.read', 'crm.objects.companies.read');
    expect(await canRestore(row, reader.headers)).toBe(false);
    const path = `/audit/v1/entries/${row}/restore`;
    expect((await app.api('POST', path, undefined, reader.headers)).status).toBe(403);
    const restored = await app.api('POST', path);
    expect(restored).toMatchObject({
      status: 200,
      body: { objectType: 'companies', id, outcome: 'restored' },
    });
    expect(restored.headers.get('x-strata-position')).toMatch(/^\d+$/);
    expect(await bin.statusOf('companies', id)).toBe(200);
    expect(await canRestore(row)).toBe(false);
    expect(await app.ok('POST', path)).toMatchObject({ outcome: 'live' });
  });

  test('says why a record cannot come back, and which rows tell of no deletion', async () => {
    const email = `${randomUUID()}@example.com`;
    const [id] = await bin.binned('contacts', [{ email }]);
    const holder = await bin.create('contacts', { email });
    const taken = await app.api('POST', `/audit/v1/entries/${await rowOf(id!, 'DELETE')}/restore`);
    expect(taken).toMatchObject({ status: 409, body: { context: { existingObjectId: [holder] } } });
    const created = await app.api('POST', `/audit/v1/entries/${await rowOf(id!, 'CREATE')}/restore`);
    expect(created).toMatchObject({ status: 409, body: { category: 'CONFLICT' } });
    expect((await app.api('POST', '/audit/v1/entries/none/restore')).status).toBe(404);
  });
});
