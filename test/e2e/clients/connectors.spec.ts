// Connectors that copy a CRM into a warehouse page through it each in its own way: what they send is what their public
// sources send.
import { ownLog, startApp, type App } from '../../support/servers/app';

interface Record_ {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly associations?: Readonly<Record<string, Page<{ readonly id: string; readonly type: string }>>>;
}
interface Page<T> {
  readonly results: readonly T[];
  readonly paging?: { readonly next?: { readonly after: string; readonly link: string } };
}

const NUMBER = 1_200;
let app: App;
/** Ids in the order of numbers. */
let contacts: readonly string[];
let company: string;
let since: number;

beforeAll(async () => {
  app = await startApp(ownLog);
  since = Date.now();
  const ids: string[] = [];
  for (let n = 0; n < NUMBER; n += 100) {
    const inputs = Array.from({ length: 100 }, (_, i) => ({ properties: { firstname: `Ada ${n + i}` } }));
    const { results } = await app.ok('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
    ids.push(...results.map(({ id }) => id));
  }
  contacts = inOrder(ids);
  company = (await app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Acme' } })).id;
  const inputs = contacts.map((id) => ({ from: { id: company }, to: { id } }));
  await app.ok('POST', '/crm/v4/associations/companies/contacts/batch/associate/default', { inputs });
});
afterAll(() => app.close());

const inOrder = (ids: readonly string[]) => ids.toSorted((a, b) => Number(a) - Number(b));

/** Fetches an address as it stands. */
async function fetched<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { authorization: `Bearer ${app.admin.token}` } });
  const body = (await answer.json()) as T;
  if (answer.status !== 200) throw new Error(`${address}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

describe('Airbyte', () => {
  test('finds what changed, counting the records before each page itself', async () => {
    const until = Date.now() + 1;
    const LIMIT = 200;
    const seen: string[] = [];
    for (let token = { after: 0, id: 0 }; ;) {
      const { results, paging } = await app.ok<Page<Record_>>('POST', '/crm/v3/objects/contact/search', {
        limit: LIMIT,
        sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
        filters: [
          { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since) },
          { propertyName: 'lastmodifieddate', operator: 'LTE', value: String(until) },
          { propertyName: 'hs_object_id', operator: 'GTE', value: token.id },
        ],
        properties: ['firstname', 'lastmodifieddate'],
        after: token.after,
      });
      seen.push(...results.map(({ id }) => id));
      const inputs = results.map(({ id }) => ({ id }));
      const ends = await app.ok<Page<{ from: { id: string }; to: { toObjectId: string }[] }>>(
        ...['POST', '/crm/v4/associations/contact/companies/batch/read', { inputs }],
      );
      expect(ends.results.map(({ from, to }) => [from.id, to[0]!.toObjectId])).toEqual(
        results.map(({ id }) => [id, company]),
      );
      if (results.length < LIMIT || !paging) break;
      token = { ...token, after: token.after + results.length };
    }
    expect(seen).toEqual(contacts);
  });

  test('begins anywhere, and finds the same as by the cursor', async () => {
    const search = { limit: 50, sorts: ['-hs_object_id'], properties: ['firstname'] };
    const at = (after: number | string) =>
      app.ok<Page<Record_>>('POST', '/crm/v3/objects/contacts/search', { ...search, after });
    const wanted = contacts.toReversed().slice(730, 780);
    expect((await at(730)).results.map(({ id }) => id)).toEqual(wanted);
    const before = await at('680');
    expect((await at(before.paging!.next!.after)).results.map(({ id }) => id)).toEqual(wanted);
    expect(await at(NUMBER)).toMatchObject({ total: NUMBER, results: [] });
    expect(await at(9_999)).toMatchObject({ total: NUMBER, results: [] });
    const refused = await app.api('POST', '/crm/v3/objects/contacts/search', { ...search, after: 10_001 });
    expect([refused.status, refused.body.errors?.[0]!.in]).toEqual([400, 'after']);
    const position = String(await app.engine.eventStore.head());
    const then = await app.ok<Page<Record_>>('POST', '/crm/v3/objects/contacts/search', {
      ...{ ...search, after: 730, asOf: position },
    });
    expect(then.results.map(({ id }) => id)).toEqual(wanted);
  });

  test('skips and repeats nothing while records before its place go', async () => {
    const mails = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const properties = { dealname: 'in motion', amount: String(n) };
        return (await app.ok('POST', '/crm/v3/objects/deals', { properties })).id;
      }),
    );
    const seen: string[] = [];
    for (let after = 0; ; after += 10) {
      const { results } = await app.ok<Page<Record_>>('POST', '/crm/v3/objects/deals/search', {
        ...{ limit: 10, sorts: ['hs_object_id'], after },
      });
      if (results.length === 0) break;
      seen.push(...results.map(({ id }) => id));
      await app.ok('DELETE', `/crm/v3/objects/deals/${results[0]!.id}`);
    }
    expect(seen).toEqual(inOrder(mails));
  });

  test('reads everything at first, with a content type on requests without a body', async () => {
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const query = new URLSearchParams({
        archived: 'false',
        limit: '100',
        properties: 'firstname,lastname',
      });
      for (const type of ['contacts', 'companies']) query.append('associations', type);
      if (after !== undefined) query.set('after', after);
      const page = await app.ok<Page<Record_>>(
        'GET',
        `/crm/v3/objects/contact?${query.toString()}`,
        undefined,
        {
          'content-type': 'application/json',
        },
      );
      expect(
        page.results.every(({ associations }) => associations?.companies?.results[0]?.id === company),
      ).toBe(true);
      seen.push(...page.results.map(({ id }) => id));
      after = page.paging?.next?.after;
      if (after === undefined) break;
    }
    expect(inOrder(seen)).toEqual(contacts);
  });

  test('asks which properties there are before it asks for their values', async () => {
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
    const listed = await app.ok<{ name: string; type: string }[]>('GET', '/properties/v2/contact/properties');
    expect(listed.every(({ type }) => typeof type === 'string')).toBe(true);
    const { results } = await app.ok<Page<{ name: string }>>('GET', '/crm/v3/properties/contacts');
    expect(names(listed)).toEqual(names(results));
  });

  test('shows streams of types that are not kept without properties, and those of the account with theirs', async () => {
    const listed = (type: string) => app.ok<{ name: string }[]>('GET', `/properties/v2/${type}/properties`);
    expect(await listed('goal_targets')).toEqual([]);
    expect((await app.api('GET', '/properties/v2/nonsense/properties')).status).toBe(400);
    const schema = {
      ...{ name: 'form', labels: { singular: 'Form', plural: 'Forms' }, requiredProperties: [] },
      properties: [{ name: 'title', label: 'Title', type: 'string', fieldType: 'text' }],
      associatedObjects: [],
    };
    expect(await listed('form')).toEqual([]);
    await app.ok('POST', '/crm/v3/schemas', schema);
    expect((await listed('form')).map(({ name }) => name)).toContain('title');
  });

  test('reads pipelines in their first shape, as they stand', async () => {
    const stages = [
      { label: 'Talk', displayOrder: 0, metadata: { probability: '0.3' } },
      { label: 'Sign', displayOrder: 1, metadata: { probability: '1' } },
    ];
    const made = await app.ok('POST', '/crm/v3/pipelines/deals', {
      ...{ label: 'Partners', displayOrder: 1, stages },
    });
    const { results } = await app.ok('GET', '/crm-pipelines/v1/pipelines/deals');
    expect(results.map(({ pipelineId, default: standard }) => [pipelineId, standard])).toEqual([
      ['default', true],
      [made.id, false],
    ]);
    const { createdAt, updatedAt, ...partners } = results[1]!;
    expect([createdAt, updatedAt]).toEqual([expect.any(Number), createdAt]);
    expect(partners).toMatchObject({
      ...{ label: 'Partners', displayOrder: 1, active: true, objectType: 'DEAL', objectTypeId: '0-3' },
      stages: [
        {
          ...{
            stageId: expect.stringMatching(/^\d+$/) as string,
            label: 'Talk',
            displayOrder: 0,
            active: true,
          },
          ...{ metadata: { probability: '0.3', isClosed: 'false' }, createdAt, updatedAt },
        },
        { label: 'Sign', metadata: { probability: '1.0', isClosed: 'true' } },
      ],
    });
    await app.ok('DELETE', `/crm/v3/pipelines/deals/${made.id}`);
    expect((await app.ok('GET', '/crm-pipelines/v1/pipelines/deals')).results).toHaveLength(1);
    const [support] = (await app.ok('GET', '/crm-pipelines/v1/pipelines/tickets')).results;
    expect(support).toMatchObject({ pipelineId: '0', objectType: 'TICKET', default: true });
    expect((await app.api('GET', '/crm-pipelines/v1/pipelines/contacts')).status).toBe(404);
  });

  test('finds the custom objects of the account under the address that it asks', async () => {
    const schema = {
      ...{ name: 'vessel', labels: { singular: 'Vessel', plural: 'Vessels' }, requiredProperties: [] },
      properties: [{ name: 'vessel_name', label: 'Name', type: 'string', fieldType: 'text' }],
      associatedObjects: [],
    };
    await app.ok('POST', '/crm/v3/schemas', schema);
    const { results } = await app.ok<Page<{ name: string }>>('GET', '/crm/v3/schemas');
    expect(results.map(({ name }) => name)).toContain('vessel');
    expect(await app.ok('GET', '/crm-object-schemas/v3/schemas')).toEqual(
      await app.ok('GET', '/crm/v3/schemas'),
    );
  });
});

describe('dlt', () => {
  /** Every page, by the link of the page before. */
  async function* pagesFrom<T>(first: Page<T>): AsyncGenerator<readonly T[]> {
    for (let page = first; ; page = await fetched<Page<T>>(page.paging.next.link)) {
      yield page.results;
      if (!page.paging?.next) return;
    }
  }

  async function all<T>(first: Page<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const page of pagesFrom(first)) found.push(...page);
    return found;
  }

  test('fetches the next page by its link as it stands', async () => {
    const query = 'associations=deals,products,tickets&properties=createdate,email,firstname&limit=100';
    const found = await all(await fetched<Page<Record_>>(`${app.url}/crm/v3/objects/contacts?${query}`));
    expect(inOrder(found.map(({ id }) => id))).toEqual(contacts);
    expect(found.every(({ properties }) => properties.firstname?.startsWith('Ada'))).toBe(true);
  });

  test('stays at the version of the address that it has asked', async () => {
    const first = await fetched<Page<Record_>>(`${app.url}/crm/objects/2026-03/contacts?limit=100`);
    expect(first.paging!.next!.link).toContain(`${app.url}/crm/objects/2026-03/contacts?limit=100&after=`);
    expect(await all(first)).toHaveLength(NUMBER);
  });

  test('goes on through the associations of a record by the link beside them', async () => {
    const query = 'associations=contacts,deals,products,tickets&limit=100';
    const [acme] = await all(await fetched<Page<Record_>>(`${app.url}/crm/v3/objects/companies?${query}`));
    const { contacts: ends } = acme!.associations!;
    expect(ends!.results.length).toBeLessThan(NUMBER);
    const ids = (await all(ends!)).map(({ id }) => id);
    expect(inOrder([...new Set(ids)])).toEqual(contacts);
  });

  test('writes booleans as Python does', async () => {
    const { id } = await app.ok('POST', '/crm/v3/objects/tickets', { properties: { subject: 'gone' } });
    await app.ok('DELETE', `/crm/v3/objects/tickets/${id}`);
    const listed = async (archived: string) =>
      (await app.ok('GET', `/crm/v3/objects/tickets?archived=${archived}`)).results.map((one) => one.id);
    for (const yes of ['True', 'TRUE', 'true', '1']) expect(await listed(yes)).toEqual([id]);
    for (const no of ['False', 'FALSE', 'false', '0']) expect(await listed(no)).toEqual([]);
    const refused = await app.api('GET', '/crm/v3/objects/tickets?archived=maybe');
    expect([refused.status, refused.body.errors?.[0]!.message]).toEqual([
      400,
      'archived: must be true or false',
    ]);
    expect((await app.api('GET', '/notifications/v1/notifications?unread=False')).status).toBe(200);
    expect((await app.api('GET', '/audit/v1/entries?includeNonUser=True&limit=1')).status).toBe(200);
  });

  test('pages through owners and pipelines, too', async () => {
    for (const path of ['/crm/v3/owners/?limit=1', '/crm/v3/pipelines/deals', '/crm/v3/properties/contacts'])
      expect((await all(await fetched<Page<unknown>>(app.url + path))).length).toBeGreaterThan(0);
  });
});
