import { Client } from '@hubspot/api-client';
import { App, ownLog, startApp } from '../../support/servers/app';

let app: App;
let client: Client;
beforeAll(async () => {
  app = await startApp(ownLog);
  client = new Client({ accessToken: app.admin.token, basePath: app.url, limiterOptions: { minTime: 0 } });
});
afterAll(() => app.close());

const v4 = () => client.crm.associations.v4;
const usual = { associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 279 };
const primary = { associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 1 };

let made = 0;
async function create(objectType: string): Promise<string> {
  const name = { contacts: 'firstname', companies: 'name', deals: 'dealname', products: 'name' }[objectType]!;
  const created = await client.crm.objects.basicApi.create(objectType, {
    properties: { [name]: `${objectType} ${++made}` },
    associations: [],
  });
  return created.id;
}
const createMany = async (objectType: string, count: number): Promise<string[]> => {
  const inputs = Array.from({ length: count }, () => ({ properties: {}, associations: [] }));
  const created = await client.crm.objects.batchApi.create(objectType, { inputs });
  return created.results.map(({ id }) => id);
};

interface Seen {
  readonly toObjectId: string;
  readonly types: readonly (readonly [number, string | undefined])[];
}
async function seen(from: string, id: string, to: string): Promise<Seen[]> {
  const page = await v4().basicApi.getPage(from, id, to);
  return page.results.map(({ toObjectId, associationTypes }) => ({
    toObjectId,
    types: associationTypes.map(({ typeId, label }) => [typeId, label] as const),
  }));
}

describe("HubSpot's own client, associations", () => {
  test('associates two records with labels that both see, each its own', async () => {
    const [ada, acme] = [await create('contacts'), await create('companies')];
    const { results } = await v4().schema.definitionsApi.create('contacts', 'companies', {
      ...{ name: 'advisor', label: 'Advises', inverseLabel: 'Advisor' },
    });
    const [there, back] = results;
    expect(results.map(({ category, label }) => [category, label])).toEqual([
      ['USER_DEFINED', 'Advises'],
      ['USER_DEFINED', 'Advisor'],
    ]);
    const spec = { associationCategory: 'USER_DEFINED' as never, associationTypeId: there!.typeId };
    const written = await v4().basicApi.create('contacts', ada, 'companies', acme, [primary, spec]);
    expect(written).toMatchObject({
      ...{ fromObjectId: ada, fromObjectTypeId: '0-1', toObjectId: acme, toObjectTypeId: '0-2' },
      labels: ['Primary', 'Advises'],
    });
    expect(await seen('contacts', ada, 'companies')).toEqual([
      {
        toObjectId: acme,
        types: [
          [1, 'Primary'],
          [279, undefined],
          [there!.typeId, 'Advises'],
        ],
      },
    ]);
    expect(await seen('companies', acme, 'contacts')).toEqual([
      {
        toObjectId: ada,
        types: [
          [2, 'Primary'],
          [280, undefined],
          [back!.typeId, 'Advisor'],
        ],
      },
    ]);
    await v4().schema.definitionsApi.update('companies', 'contacts', {
      associationTypeId: back!.typeId,
      label: 'Counsel',
    });
    const labels = (await v4().schema.definitionsApi.getAll('companies', 'contacts')).results;
    expect(labels.map(({ typeId, label }) => [typeId, label])).toEqual([
      [280, null],
      [2, 'Primary'],
      [back!.typeId, 'Counsel'],
    ]);
    const inputs = [{ _from: { id: ada }, to: { id: acme }, types: [spec] }];
    await v4().batchApi.archiveLabels('contacts', 'companies', { inputs });
    expect((await seen('contacts', ada, 'companies'))[0]!.types).toEqual([
      [1, 'Primary'],
      [279, undefined],
    ]);
    await v4().basicApi.archive('companies', acme, 'contacts', ada);
    expect(await seen('contacts', ada, 'companies')).toEqual([]);
    await v4().schema.definitionsApi.remove('contacts', 'companies', there!.typeId);
    expect((await v4().schema.definitionsApi.getAll('contacts', 'companies')).results).toHaveLength(2);
  });

  test('associates deals with products by default', async () => {
    const [deal, product] = [await create('deals'), await create('products')];
    const { status, results } = await v4().basicApi.createDefault('deal', deal, 'product', product);
    expect(status).toBe('COMPLETE');
    expect(results.map(({ _from, to, associationSpec }) => [_from.id, to.id, associationSpec])).toEqual([
      [deal, product, { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 10_005 }],
      [product, deal, { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 10_006 }],
    ]);
    expect(await seen('products', product, 'deals')).toEqual([
      { toObjectId: deal, types: [[10_006, undefined]] },
    ]);
  });

  test('works in batches, with an error for each input that is refused', async () => {
    const contacts = await createMany('contacts', 3);
    const company = await create('companies');
    const pairs = [...contacts, '4'].map((id) => ({ _from: { id }, to: { id: company }, types: [usual] }));
    const created = await v4().batchApi.create('contacts', 'companies', { inputs: pairs });
    expect(created).toMatchObject({ status: 'COMPLETE', numErrors: 1 });
    expect(created.results.map(({ fromObjectId }) => fromObjectId)).toEqual(contacts);
    const [error] = (created as unknown as { errors: { category: string; context: object }[] }).errors;
    expect(error).toMatchObject({ category: 'OBJECT_NOT_FOUND', context: { fromObjectId: ['4'] } });

    const read = await v4().batchApi.getPage('companies', 'contacts', { inputs: [{ id: company }] });
    expect(read.results[0]!.to.map(({ toObjectId }) => toObjectId)).toEqual([...contacts].sort());
    const none = await v4().batchApi.getPage('companies', 'deals', { inputs: [{ id: company }] });
    expect(none).toMatchObject({ results: [], numErrors: 1 });

    const inputs = [{ _from: { id: company }, to: contacts.map((id) => ({ id })) }];
    await v4().batchApi.archive('companies', 'contacts', { inputs });
    expect(await seen('companies', company, 'contacts')).toEqual([]);
    const again = await v4().batchApi.createDefault('companies', 'contacts', {
      inputs: contacts.map((id) => ({ _from: { id: company }, to: { id } })),
    });
    expect(again.results).toHaveLength(6);
  });

  test('pages through many', async () => {
    const company = await create('companies');
    const contacts = (await createMany('contacts', 100)).sort();
    await v4().batchApi.createDefault('companies', 'contacts', {
      inputs: contacts.map((id) => ({ _from: { id: company }, to: { id } })),
    });
    const gone = contacts.filter((_, index) => index % 3 === 0);
    await client.crm.contacts.batchApi.archive({ inputs: gone.map((id) => ({ id })) });
    const left = contacts.filter((id) => !gone.includes(id));
    const pages: string[][] = [];
    for (let after: string | undefined; ;) {
      const page = await v4().basicApi.getPage('companies', company, 'contacts', after, 10);
      pages.push(page.results.map(({ toObjectId }) => toObjectId));
      after = page.paging?.next?.after;
      if (after === undefined) break;
    }
    // Archived ones leave no gap in a page.
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 10, 10, 10, 10, 6]);
    expect(pages.flat()).toEqual(left);
  });
});

describe('An association', () => {
  test('is hidden while its other end is archived', async () => {
    const [deal, company] = [await create('deals'), await create('companies')];
    await v4().basicApi.createDefault('deals', deal, 'companies', company);
    await client.crm.companies.basicApi.archive(company);
    expect(await seen('deals', deal, 'companies')).toEqual([]);
    await expect(v4().basicApi.getPage('companies', company, 'deals')).rejects.toMatchObject({ code: 404 });
    await expect(v4().basicApi.createDefault('deals', deal, 'companies', company)).rejects.toMatchObject({
      code: 404,
    });
  });

  test('of a type that there is not is refused, naming it', async () => {
    const [ada, acme] = [await create('contacts'), await create('companies')];
    const path = `/crm/v4/objects/contacts/${ada}/associations/companies/${acme}`;
    const { status, body } = await app.api('PUT', path, [{ ...usual, associationTypeId: 280 }]);
    expect(status).toBe(400);
    expect(body.message).toContain('280 is not an association type from contacts to companies');
    const same = await app.api('PUT', `/crm/v4/objects/contacts/${ada}/associations/default/contacts/${ada}`);
    expect([same.status, same.body.message]).toEqual([400, 'A record cannot be associated with itself']);
  });

  test('between companies tells which is the parent', async () => {
    const [parent, child] = await createMany('companies', 2);
    const toChild = { associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 13 };
    await v4().basicApi.create('companies', parent!, 'companies', child!, [toChild]);
    expect(await seen('companies', parent!, 'companies')).toEqual([
      {
        toObjectId: child,
        types: [
          [13, 'Child Company'],
          [450, undefined],
        ],
      },
    ]);
    const [back] = await seen('companies', child!, 'companies');
    expect(back).toMatchObject({ toObjectId: parent });
    expect(new Map(back!.types)).toEqual(
      new Map([
        [14, 'Parent Company'],
        [450, undefined],
      ]),
    );
  });

  test('with what is no record is refused, or not there to be taken away', async () => {
    const [ada, acme] = [await create('contacts'), await create('companies')];
    const path = (id: string) => `/crm/v4/objects/contacts/${ada}/associations/companies/${id}`;
    expect((await app.api('PUT', path('none'), [])).status).toBe(404);
    expect((await app.api('DELETE', path('none'))).status).toBe(204);
    expect((await app.api('DELETE', path(acme))).status).toBe(204);
    const label = await app.api('DELETE', '/crm/v4/associations/contacts/companies/labels/none');
    expect([label.status, label.body.category]).toEqual([400, 'VALIDATION_ERROR']);
    const standard = await app.api('DELETE', '/crm/v4/associations/contacts/companies/labels/1');
    expect(standard.body.message).toBe('A standard association type cannot be changed or deleted');
  });

  test('keeps the labels of all who write at once', async () => {
    const [ada, acme] = [await create('contacts'), await create('companies')];
    const names = Array.from({ length: 40 }, (_, n) => `label_${n}`);
    for (const name of names)
      await v4().schema.definitionsApi.create('contacts', 'companies', { name, label: name });
    const types = (await v4().schema.definitionsApi.getAll('contacts', 'companies')).results;
    const own = types.filter(({ label }) => label?.startsWith('label_'));
    const writers = Array.from({ length: 100 }, (_, n) => own[n % own.length]!);
    await Promise.all(
      writers.map(({ typeId }) => {
        const spec = { associationCategory: 'USER_DEFINED' as never, associationTypeId: typeId };
        return v4().basicApi.create('contacts', ada, 'companies', acme, [spec]);
      }),
    );
    const [found] = await seen('companies', acme, 'contacts');
    expect(
      found!.types
        .map(([, label]) => label)
        .filter((label) => label !== undefined)
        .sort(),
    ).toEqual([...names].sort());
  });

  test('is written once by a request that is repeated', async () => {
    const [ada, acme] = [await create('contacts'), await create('companies')];
    const path = `/crm/v4/objects/contacts/${ada}/associations/companies/${acme}`;
    const key = { 'idempotency-key': 'associate-once' };
    const first = await app.api('PUT', path, [primary], key);
    const second = await app.api('PUT', path, [primary], key);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('x-strata-position')).toBe(first.headers.get('x-strata-position'));
  });
});

describe('A record', () => {
  const linked = (id: string, associationTypeId: number) => ({
    to: { id },
    types: [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId }],
  });

  test('is created with its associations, and shows them where it is read or listed', async () => {
    const [acme, product] = [await create('companies'), await create('products')];
    const associations = [linked(acme, 5), linked(product, 10_005)];
    const deal = await client.crm.deals.basicApi.create({ properties: { dealname: 'Anvils' }, associations });
    const types = ['companies', 'product', 'contacts'];
    const read = await client.crm.deals.basicApi.getById(deal.id, undefined, undefined, types);
    expect(read.associations).toMatchObject({
      companies: {
        results: [
          { id: acme, type: 'deal_to_company' },
          { id: acme, type: 'deal_to_company_unlabeled' },
        ],
      },
      products: { results: [{ id: product, type: 'deal_to_product' }] },
    });
    const listed = await client.crm.deals.basicApi.getPage(100, undefined, undefined, undefined, ['0-7']);
    const found = listed.results.find(({ id }) => id === deal.id)!;
    expect(found.associations?.['products']!.results).toMatchObject([{ id: product }]);
    expect(found.associations?.['companies']).toBeUndefined();
  });

  test('is not created where one of its associations cannot be', async () => {
    const acme = await create('companies');
    const inputs = [
      { properties: { dealname: 'Fine' }, associations: [linked(acme, 341)] },
      { properties: { dealname: 'Not fine' }, associations: [linked(acme, 341), linked('7', 341)] },
    ];
    const head = await app.engine.eventStore.head();
    const refused = await app.api('POST', '/crm/v3/objects/deals/batch/create', { inputs });
    expect([refused.status, refused.body.message]).toEqual([
      404,
      'inputs[1].associations[1]: There is no company with id 7',
    ]);
    const wrong = { properties: {}, associations: [linked(acme, 279)] };
    const { status, body } = await app.api('POST', '/crm/v3/objects/deals', wrong);
    expect([status, body.message]).toEqual([
      400,
      'associations[0]: HUBSPOT_DEFINED 279 is not an association type from deals',
    ]);
    expect(await app.engine.eventStore.head()).toBe(head);
  });

  test('gets its associations when the request is repeated, also where the other end is gone since', async () => {
    const acme = await create('companies');
    const body = { properties: { dealname: 'Twice' }, associations: [linked(acme, 341)] };
    const key = { 'idempotency-key': 'create-associated' };
    const first = await app.ok('POST', '/crm/v3/objects/deals', body, key);
    await client.crm.companies.basicApi.archive(acme);
    const second = await app.ok('POST', '/crm/v3/objects/deals', body, key);
    expect(second).toEqual(first);
    const fresh = await app.api('POST', '/crm/v3/objects/deals', body);
    expect(fresh.status).toBe(404);
  });

  test('is created many at once with associations', async () => {
    const acme = await create('companies');
    const inputs = Array.from({ length: 20 }, () => ({ properties: {}, associations: [linked(acme, 279)] }));
    const { results } = await client.crm.contacts.batchApi.create({ inputs });
    const ids = (await seen('companies', acme, 'contacts')).map(({ toObjectId }) => toObjectId);
    expect(ids).toEqual(results.map(({ id }) => id).sort());
  });
});

test('what is associated with a record while it is merged is found at the survivor', async () => {
  const [ada, lovelace] = await createMany('contacts', 2);
  const companies = (await createMany('companies', 40)).sort();
  const pairs = companies.map(async (id, index) => {
    // Some before, some during, some after.
    if (index % 4 === 0) await app.ok('GET', '/health/live');
    await v4().basicApi.createDefault('companies', id, 'contacts', ada!);
  });
  const merging = client.crm.contacts.basicApi.merge({ primaryObjectId: lovelace!, objectIdToMerge: ada! });
  await Promise.all([...pairs, merging]);
  expect((await seen('contacts', lovelace!, 'companies')).map(({ toObjectId }) => toObjectId)).toEqual(
    companies,
  );
  expect(await seen('contacts', ada!, 'companies')).toEqual(await seen('contacts', lovelace!, 'companies'));
  const left = await client.crm.companies.basicApi.getById(companies[0]!, undefined, undefined, ['contacts']);
  expect(left.associations?.['contacts']!.results.map(({ id }) => id)).toEqual([lovelace]);
});
