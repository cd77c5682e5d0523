import { App, ownLog, startApp, type AnyJson } from '../../support/servers/app';
import { objects, recordCalls, type RecordJson } from '../../support/servers/record-calls';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

interface BatchJson extends Omit<AnyJson, 'results'> {
  readonly results: readonly RecordJson[];
  readonly total: number;
  readonly numErrors?: number;
}

const { create } = recordCalls(() => app);
const search = (type: string, body: object) => app.api<BatchJson>('POST', `${objects}/${type}/search`, body);
const head = () => app.engine.eventStore.head();

describe('a batch', () => {
  const batch = (type: string, what: string, inputs: object[], more = {}, headers = {}) =>
    app.api<BatchJson>('POST', `${objects}/${type}/batch/${what}`, { inputs, ...more }, headers);

  test('creates, reads, changes and archives many', async () => {
    const inputs = Array.from({ length: 100 }, (_, i) => ({ properties: { email: `b${i}@example.com` } }));
    const created = await batch('contacts', 'create', inputs);
    expect([created.status, created.body.results.length]).toEqual([201, 100]);
    expect(created.body.results.map(({ properties }) => properties.email)).toEqual(
      inputs.map(({ properties }) => properties.email),
    );
    expect(BigInt(created.headers.get('x-strata-position')!)).toBe(await head());
    const ids = created.body.results.map(({ id }) => ({ id }));
    const changed = await batch(
      'contacts',
      'update',
      ids.map(({ id }) => ({ id, properties: { city: 'Oslo' } })),
    );
    expect([changed.status, changed.body.results.length]).toEqual([200, 100]);
    const read = await batch('contacts', 'read', [...ids.slice(1), { id: '42' }], { properties: ['city'] });
    expect([read.status, read.body.numErrors]).toEqual([207, 1]);
    expect(read.body.results.every(({ properties }) => properties.city === 'Oslo')).toBe(true);
    const byEmail = await batch('contacts', 'read', [{ id: 'B7@example.com' }], { idProperty: 'email' });
    expect(byEmail.body.results.map(({ id }) => id)).toEqual([ids[7]!.id]);
    expect((await batch('contacts', 'archive', ids)).status).toBe(204);
    expect((await batch('contacts', 'create', inputs.slice(0, 3))).status).toBe(201);
  });

  test('with one wrong input writes nothing and names it', async () => {
    const before = await head();
    const wrong = await batch('deals', 'create', [
      { properties: { amount: '1' } },
      { properties: { amount: 'x' } },
    ]);
    expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('inputs[1]')]);
    const same = { properties: { email: 'twin@example.com' } };
    expect((await batch('contacts', 'create', [same, same])).status).toBe(400);
    expect(
      (
        await batch(
          'deals',
          'create',
          Array.from({ length: 101 }, () => ({ properties: {} })),
        )
      ).status,
    ).toBe(400);
    expect(await head()).toBe(before);
    await create('contacts', { email: 'held@example.com' });
    const then = await head();
    const held = [
      { properties: { email: 'unheld@example.com' } },
      { properties: { email: 'held@example.com' } },
    ];
    expect((await batch('contacts', 'create', held)).status).toBe(409);
    expect(await head()).toBe(then);
  });

  test('changes the records that are there and names those that are not', async () => {
    const { id } = await create('deals', { dealname: 'here' });
    const properties = { dealname: 'changed' };
    const { status, body } = await batch('deals', 'update', [
      { id: '42', properties },
      { id, properties },
    ]);
    expect([status, body.numErrors, body.results.map((one) => one.id)]).toEqual([207, 1, [id]]);
    expect(body.errors).toMatchObject([{ category: 'OBJECT_NOT_FOUND', context: { ids: ['42'] } }]);
  });

  test('changes those that have a unique value and creates the others', async () => {
    const { id } = await create('contacts', { email: 'known@example.com' });
    const inputs = ['known@example.com', 'unknown@example.com'].map((email) => ({
      id: email,
      idProperty: 'email',
      properties: { city: 'Rome' },
    }));
    const { body } = await batch('contacts', 'upsert', inputs);
    expect(body.results.map((one) => [one.new, one.properties.email, one.properties.city])).toEqual([
      [false, 'known@example.com', 'Rome'],
      [true, 'unknown@example.com', 'Rome'],
    ]);
    expect(body.results[0]!.id).toBe(id);
  });

  test('repeated under an Idempotency-Key gives the same records', async () => {
    const inputs = [1, 2, 3].map((n) => ({ properties: { email: `again${n}@example.com` } }));
    const key = { 'idempotency-key': 'batch-once' };
    const first = await batch('contacts', 'create', inputs, {}, key);
    const before = await head();
    const again = await batch('contacts', 'create', inputs, {}, key);
    expect([again.status, again.body.results]).toEqual([201, first.body.results]);
    expect(await head()).toBe(before);
  });
});

describe('a search', () => {
  test('finds by filters, sorts and pages, and counts all', async () => {
    const amounts = ['5', '10', '9.5', '-1', '100', '20'];
    for (const amount of amounts) await create('deals', { dealname: 'needle deal', amount });
    const wanted = { propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value: 'NEEDLE' };
    const positive = { propertyName: 'amount', operator: 'GT', value: '0' };
    const found: (string | null)[] = [];
    for (let after: string | undefined = '0'; after !== undefined;) {
      const page = await search('deals', {
        filterGroups: [{ filters: [wanted, positive] }],
        sorts: ['-amount'],
        properties: ['amount'],
        limit: 2,
        after,
      });
      expect(page.body.total).toBe(5);
      found.push(...page.body.results.map(({ properties }) => properties.amount!));
      after = page.body.paging?.next.after;
    }
    expect(found).toEqual(['100', '20', '10', '9.5', '5']);
    expect((await search('deals', { query: 'needle' })).body.total).toBe(6);
  });

  test('finds what changed since a time', async () => {
    const { id, properties } = await create('calls', { hs_call_title: 'since' });
    const since = {
      propertyName: 'hs_lastmodifieddate',
      operator: 'GTE',
      value: properties.hs_lastmodifieddate!,
    };
    const { body } = await search('calls', {
      filterGroups: [{ filters: [since] }],
      sorts: ['hs_lastmodifieddate'],
    });
    expect(body.results.map((one) => one.id)).toEqual([id]);
  });

  test('that cannot be is refused', async () => {
    const filter = { propertyName: 'nope', operator: 'EQ', value: '1' };
    const filters = Array.from({ length: 7 }, () => ({ ...filter, propertyName: 'amount' }));
    for (const body of [
      { filterGroups: [{ filters: [filter] }] },
      { filterGroups: [{ filters }] },
      { filterGroups: [{ filters: [{ ...filter, operator: 'LIKE' }] }] },
      { limit: 201 },
      { after: 'nonsense' },
    ])
      expect((await search('deals', body)).status).toBe(400);
  });
});
