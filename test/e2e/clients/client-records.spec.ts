// HubSpot's own client, unchanged but for its base path, on records of every type that it knows, and of others.
import { ownLog, startApp, type App } from '../../support/servers/app';
import { client, undecided, unused, watched, versions, type Crm } from '../../support/client-surface';

describe.each(versions)('Version %s', (version) => {
  let app: App;
  let crm: Crm;
  let used: Set<string>;
  beforeAll(async () => {
    app = await startApp(ownLog);
    ({ crm, used } = watched(client(app, version).crm));
    for (const type of Object.keys(texts))
      await crm.properties.coreApi.create(type, {
        name: 'reference',
        label: 'Reference',
        type: 'string' as never,
        fieldType: 'text' as never,
        groupName: (await crm.properties.groupsApi.getAll(type)).results[0]!.name,
        hasUniqueValue: true,
      });
  });
  afterAll(() => app.close());

  /** A property of text of each type. */
  const texts = {
    contacts: 'firstname',
    companies: 'name',
    deals: 'dealname',
    tickets: 'subject',
    products: 'name',
    calls: 'hs_call_title',
    tasks: 'hs_task_subject',
    conversations: 'hs_subject',
    notes: 'hs_note_body',
    emails: 'hs_email_subject',
    meetings: 'hs_meeting_title',
    line_items: 'name',
    quotes: 'hs_title',
    leads: 'hs_lead_name',
  };
  type Type = keyof typeof texts;

  type Api = Pick<Crm['companies'], 'basicApi' | 'batchApi' | 'searchApi'>;

  /** The API of any type, with the type as the first argument everywhere. */
  const anyType = (type: string): Api => {
    const first = (api: object) =>
      new Proxy(api, {
        get:
          (target, key) =>
          (...args: unknown[]): unknown =>
            (Reflect.get(target, key) as (...given: unknown[]) => unknown)(type, ...args),
      });
    const { basicApi, batchApi, searchApi } = crm.objects;
    return { basicApi: first(basicApi), batchApi: first(batchApi), searchApi: first(searchApi) } as Api;
  };

  /** Their types differ by name only. */
  const apiOf = (type: Type): Api =>
    ({
      contacts: () => crm.contacts as unknown as Api,
      companies: () => crm.companies,
      deals: () => crm.deals as unknown as Api,
      tickets: () => crm.tickets as unknown as Api,
      products: () => crm.products as unknown as Api,
      calls: () => crm.objects.calls as unknown as Api,
      tasks: () => crm.objects.tasks as unknown as Api,
      conversations: () => anyType('conversations'),
      notes: () => crm.objects.notes as unknown as Api,
      emails: () => crm.objects.emails as unknown as Api,
      meetings: () => crm.objects.meetings as unknown as Api,
      line_items: () => crm.lineItems as unknown as Api,
      quotes: () => crm.quotes as unknown as Api,
      leads: () => crm.objects.leads as unknown as Api,
    })[type]();

  describe.each(Object.keys(texts) as Type[])('%s', (type) => {
    const text = texts[type];
    const made = (value: string) =>
      apiOf(type).basicApi.create({ properties: { [text]: value }, associations: [] });

    test('are created, read, updated and archived', async () => {
      const { basicApi } = apiOf(type);
      const { id, createdAt } = await made('First');
      expect(createdAt).toBeInstanceOf(Date);
      const got = await basicApi.getById(id, [text], [text]);
      expect(got.properties[text]).toBe('First');
      expect(got.propertiesWithHistory?.[text]?.[0]).toMatchObject({
        value: 'First',
        updatedByUserId: Number(app.admin.id),
      });
      const reference = `${type}-1`;
      const updated = await basicApi.update(id, { properties: { [text]: 'Second', reference } });
      expect(updated.properties[text]).toBe('Second');
      const by = await basicApi.getById(reference, [text], undefined, undefined, false, 'reference');
      expect(by.id).toBe(id);
      await basicApi.update(reference, { properties: { [text]: 'Third' } }, 'reference');
      await basicApi.archive(id);
      await expect(basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
      const gone = await basicApi.getById(id, [text], undefined, undefined, true);
      expect([gone.archived, gone.archivedAt, gone.properties[text]]).toEqual([
        true,
        expect.any(Date),
        'Third',
      ]);
    });

    test('are listed page by page', async () => {
      for (const value of ['a', 'b', 'c']) await made(value);
      const { basicApi } = apiOf(type);
      const first = await basicApi.getPage(2, undefined, [text]);
      expect(first.results).toHaveLength(2);
      const next = await basicApi.getPage(2, first.paging?.next?.after, [text], [text]);
      const [other] = next.results;
      expect(other?.propertiesWithHistory?.[text]?.[0]?.value ?? null).toBe(other?.properties[text] ?? null);
      const archived = await basicApi.getPage(10, undefined, [text], undefined, undefined, true);
      expect(archived.results.every((one) => one.archived)).toBe(true);
    });

    test('are written and read in batches', async () => {
      const { batchApi } = apiOf(type);
      const inputs = ['a', 'b', 'c'].map((value) => ({ properties: { [text]: value }, associations: [] }));
      const created = await batchApi.create({ inputs });
      expect([created.status, created.results.map(({ properties }) => properties[text])]).toEqual([
        'COMPLETE',
        ['a', 'b', 'c'],
      ]);
      const ids = created.results.map(({ id }) => ({ id }));
      await batchApi.update({ inputs: ids.map(({ id }) => ({ id, properties: { [text]: 'z' } })) });
      const read = await batchApi.read({ inputs: ids, properties: [text], propertiesWithHistory: [] });
      expect(read.results.map(({ properties }) => properties[text])).toEqual(['z', 'z', 'z']);
      const upsert = { id: `${type}-2`, idProperty: 'reference', properties: { [text]: 'new' } };
      const [fresh] = (await batchApi.upsert({ inputs: [upsert] })).results;
      const [known] = (await batchApi.upsert({ inputs: [upsert] })).results;
      expect([fresh?._new, known?._new, known?.id]).toEqual([true, false, fresh?.id]);
      await batchApi.archive({ inputs: ids });
      const gone = await batchApi.read({ inputs: ids, properties: [], propertiesWithHistory: [] });
      expect(gone).toMatchObject({ results: [], numErrors: 1 });
      const bin = await batchApi.read({ inputs: ids, properties: [text], propertiesWithHistory: [] }, true);
      expect(bin.results).toHaveLength(3);
    });

    test('are searched', async () => {
      const { id } = await made(`Unheard-of ${type}`);
      const found = await apiOf(type).searchApi.doSearch({
        filterGroups: [
          { filters: [{ propertyName: text, operator: 'EQ' as never, value: `Unheard-of ${type}` }] },
        ],
        properties: [text],
        sorts: ['-createdate'],
        limit: 10,
        after: '0',
      });
      expect([found.total, found.results[0]?.id]).toEqual([1, id]);
    });
  });

  describe.each(['contacts', 'companies', 'deals', 'tickets'] as const)('%s', (type) => {
    test('are merged, and the merged id leads to the one that stays', async () => {
      const api = crm[type] as unknown as Crm['companies'];
      const text = texts[type];
      const pair = [{ [text]: 'Stays' }, { [text]: 'Goes' }];
      const [stays, goes] = await Promise.all(
        pair.map((properties) => api.basicApi.create({ properties, associations: [] })),
      );
      const ids = { primaryObjectId: stays!.id, objectIdToMerge: goes!.id };
      const merged = await api.basicApi.merge(ids);
      expect([merged.id, merged.properties[text]]).toEqual([stays!.id, 'Stays']);
      expect((await api.basicApi.getById(goes!.id, [text])).id).toBe(stays!.id);
    });
  });

  test('a contact is erased by its e-mail address', async () => {
    const email = 'forgotten@example.com';
    const { id } = await crm.contacts.basicApi.create({ properties: { email }, associations: [] });
    await crm.contacts.basicApi.purge({ objectId: email, idProperty: 'email' });
    await expect(crm.contacts.basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
  });

  test('with a key that may write and not erase, nothing is erased', async () => {
    const { id } = await crm.contacts.basicApi.create({ properties: {}, associations: [] });
    const withKey = async (scope: string) => {
      const body = { name: scope, scopes: [scope] };
      const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', body);
      return client(app, version, token).crm.contacts.basicApi;
    };
    await expect((await withKey('crm.objects.write')).purge({ objectId: id })).rejects.toMatchObject({
      code: 403,
      body: {
        category: 'MISSING_SCOPES',
        context: { requiredScopes: ['crm.objects.contacts.erase'] },
      },
    });
    expect((await crm.contacts.basicApi.getById(id)).id).toBe(id);
    await (await withKey('crm.objects.erase')).purge({ objectId: id });
    await expect(crm.contacts.basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
  });

  test('a refusal reaches the caller of the client whole', async () => {
    const email = 'taken@example.com';
    const { id } = await crm.contacts.basicApi.create({ properties: { email }, associations: [] });
    await expect(
      crm.contacts.basicApi.create({ properties: { email }, associations: [] }),
    ).rejects.toMatchObject({
      code: 409,
      body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${id}` },
    });
  });

  test.each(['contacts', 'companies', 'deals', 'tickets', 'products', 'line_items', 'quotes'] as const)(
    'all %s are gathered over many pages',
    async (type) => {
      const all = await (apiOf(type) as Crm['companies']).getAll(2, undefined, [texts[type]]);
      expect(all.length).toBeGreaterThan(2);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    },
  );

  test('nothing of the client for these records was left out', () => {
    expect(unused(crm, 'records', used)).toEqual([]);
    expect(undecided(crm)).toEqual([]);
  });
});
