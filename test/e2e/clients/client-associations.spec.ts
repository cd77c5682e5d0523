// HubSpot's own client on associations: one by one, in batches, with labels of the account's own.
import { ownLog, startApp, type App } from '../../support/servers/app';
import { client, unused, watched, versions, type Crm } from '../../support/client-surface';

describe.each(versions)('Version %s', (version) => {
  let app: App;
  let crm: Crm;
  let used: Set<string>;
  beforeAll(async () => {
    app = await startApp(ownLog);
    ({ crm, used } = watched(client(app, version).crm));
  });
  afterAll(() => app.close());

  const contact = async () => (await crm.contacts.basicApi.create({ properties: {}, associations: [] })).id;
  const company = async () => (await crm.companies.basicApi.create({ properties: {}, associations: [] })).id;

  test('two records are associated, seen from both sides, and parted', async () => {
    const { basicApi } = crm.associations.v4;
    const [from, to] = [await contact(), await company()];
    const [made] = (await basicApi.createDefault('contacts', from, 'companies', to)).results;
    expect(made).toMatchObject({ _from: { id: from }, to: { id: to } });
    const there = await basicApi.getPage('contacts', from, 'companies', undefined, 10);
    expect(there.results.map(({ toObjectId }) => toObjectId)).toEqual([to]);
    const back = await basicApi.getPage('companies', to, 'contacts');
    expect(back.results.map(({ toObjectId }) => toObjectId)).toEqual([from]);
    const seen = await crm.contacts.basicApi.getById(from, undefined, undefined, ['companies']);
    expect(seen.associations?.companies?.results[0]?.id).toBe(to);
    await basicApi.archive('contacts', from, 'companies', to);
    expect((await basicApi.getPage('companies', to, 'contacts')).results).toEqual([]);
  });

  test('a label of the account is defined, used, renamed and removed', async () => {
    const { basicApi, batchApi, schema } = crm.associations.v4;
    const { definitionsApi } = schema;
    const between = ['contacts', 'companies'] as const;
    const asked = { label: 'Board member', inverseLabel: 'On the board', name: 'board_member' };
    const made = (await definitionsApi.create(...between, asked)).results;
    const typeId = made.find(({ label }) => label === 'Board member')!.typeId;
    const [from, to] = [await contact(), await company()];
    const spec = { associationCategory: 'USER_DEFINED' as never, associationTypeId: typeId };
    const labelled = await basicApi.create('contacts', from, 'companies', to, [spec]);
    expect(labelled.labels).toEqual(['Board member']);
    await definitionsApi.update(...between, { associationTypeId: typeId, label: 'Director' });
    expect((await definitionsApi.getAll(...between)).results.map(({ label }) => label)).toContain('Director');
    const pair = { _from: { id: from }, to: { id: to }, types: [spec] };
    await batchApi.archiveLabels(...between, { inputs: [pair] });
    const [left] = (await basicApi.getPage('contacts', from, 'companies')).results;
    expect(left?.associationTypes.map(({ label }) => label ?? null)).toEqual([null]);
    await definitionsApi.remove(...between, typeId);
    expect((await definitionsApi.getAll(...between)).results.map((one) => one.typeId)).not.toContain(typeId);
  });

  test('many pairs at once', async () => {
    const { batchApi } = crm.associations.v4;
    const pairs = [
      { _from: { id: await contact() }, to: { id: await company() } },
      { _from: { id: await contact() }, to: { id: await company() } },
    ];
    const between = ['contacts', 'companies'] as const;
    await batchApi.createDefault(...between, { inputs: pairs });
    const types = [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 1 }];
    const primary = await batchApi.create(...between, { inputs: pairs.map((one) => ({ ...one, types })) });
    expect(primary.results).toHaveLength(2);
    const inputs = pairs.map(({ _from }) => _from);
    const read = await batchApi.getPage(...between, { inputs });
    expect(read.results.map((one) => [one._from.id, one.to.map(({ toObjectId }) => toObjectId)])).toEqual(
      pairs.map(({ _from, to }) => [_from.id, [to.id]]),
    );
    await batchApi.archive(...between, { inputs: pairs.map(({ _from, to }) => ({ _from, to: [to] })) });
    expect((await batchApi.getPage(...between, { inputs })).results).toEqual([]);
  });

  test("HubSpot's older way of naming a type by one word", async () => {
    const { batchApi, schema } = crm.associations;
    const between = ['contacts', 'companies'] as const;
    const types = (await schema.typesApi.getAll(...between)).results.map(({ name }) => name);
    expect(types).toContain('contact_to_company');
    const pair = { _from: { id: await contact() }, to: { id: await company() }, type: 'contact_to_company' };
    const created = await batchApi.create(...between, { inputs: [pair] });
    expect(created.results[0]).toMatchObject(pair);
    const read = await batchApi.read(...between, { inputs: [pair._from] });
    // The primary company is an associated company, too.
    const names = ['contact_to_company', 'contact_to_company_unlabeled'];
    expect(read.results[0]?.to).toMatchObject(names.map((type) => ({ id: pair.to.id, type })));
    await batchApi.archive(...between, { inputs: names.map((type) => ({ ...pair, type })) });
    expect((await batchApi.read(...between, { inputs: [pair._from] })).results).toEqual([]);
  });

  test('nothing of the client for associations was left out', () => {
    expect(unused(crm, 'associations', used)).toEqual([]);
  });
});
