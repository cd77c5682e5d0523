// The timeline of a record over HTTP: steps of its values and of its associations in one order, and each taken back.
import { pause } from '../../../src/supervision/pause';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { personIn, roleIn, some } from '../../support/servers/people';

interface LinkJson {
  readonly category: string;
  readonly typeId: number;
  readonly label?: string;
}
interface StepJson {
  readonly entryId: string;
  readonly position: string;
  readonly kind: string;
  readonly summary: string;
  readonly actor: { readonly type: string };
  readonly with?: { readonly objectType: string; readonly recordId?: string };
  readonly links?: { readonly from: readonly LinkJson[]; readonly to: readonly LinkJson[] };
  readonly can: { readonly undo: boolean };
}
interface Page {
  readonly results: readonly StepJson[];
  readonly paging?: { readonly next: { readonly after: string } };
}
interface Job {
  readonly id: string;
  readonly status: string;
}

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
  await app.setUpTwoFactor();
});
afterAll(() => app.close());

const create = async (type: string, properties: object) =>
  (await app.ok<{ id: string }>('POST', `/crm/v3/objects/${type}`, { properties })).id;
const steps = async (type: string, id: string, limit = 200): Promise<StepJson[]> => {
  const found: StepJson[] = [];
  for (let after = ''; ;) {
    const page = await app.ok<Page>(
      'GET',
      `/time-travel/v1/objects/${type}/${id}/timeline?limit=${limit}${after && `&after=${after}`}`,
    );
    expect(page.results.length).toBeLessThanOrEqual(limit);
    found.push(...page.results);
    if (!page.paging) return found;
    after = page.paging.next.after;
  }
};
const between = (contact: string, company: string) =>
  `/crm/v4/objects/contacts/${contact}/associations/companies/${company}`;
const labelled = async (name: string) => {
  const made = { name: `${name}_${some()}`, label: `${name} of`, inverseLabel: `${name} by` };
  const labels = '/crm/v4/associations/contacts/companies/labels';
  const { results } = await app.ok<{ results: { typeId: number }[] }>('POST', labels, made);
  return results[0]!.typeId;
};
const link = (typeId: number) => [{ associationCategory: 'USER_DEFINED', associationTypeId: typeId }];

async function ended(path: string): Promise<Job> {
  for (;;) {
    const job = await app.ok<Job>('GET', path);
    if (!['PLANNING', 'QUEUED', 'RUNNING'].includes(job.status)) return job;
    await pause(50);
  }
}

async function code(): Promise<string> {
  for (let next = app.codes!.next(); ; next = app.codes!.next()) {
    if (next !== undefined) return next;
    await pause(500);
  }
}

async function undone({ entryId }: StepJson): Promise<void> {
  const { id } = await app.ok<Job>('POST', '/restores/v1/plans/undo', { cause: { entryId } });
  expect(await ended(`/restores/v1/plans/${id}`)).toMatchObject({ status: 'READY' });
  const confirm = { changesData: true, overwritesValues: true };
  const body = { confirm, totp: await code() };
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${id}/execute`, body);
  expect(await ended(`/restores/v1/restores/${restoreId}`)).toMatchObject({ status: 'COMPLETED' });
}

test('associations stand among the steps of both of their records, in one order, whatever the size of a page', async () => {
  const [contact, company] = [
    await create('contacts', { firstname: 'Ada' }),
    await create('companies', { name: 'Engines' }),
  ];
  const advises = await labelled('advises');
  await app.ok('PUT', `/crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`);
  await app.ok('PATCH', `/crm/v3/objects/contacts/${contact}`, { properties: { city: 'Oslo' } });
  await app.ok('PUT', between(contact, company), link(advises));
  await app.ok('PATCH', `/crm/v3/objects/companies/${company}`, { properties: { city: 'Oslo' } });
  await app.ok('DELETE', between(contact, company));
  await app.ok('PATCH', `/crm/v3/objects/contacts/${contact}`, { properties: { city: 'Bergen' } });

  const all = await steps('contacts', contact);
  expect(all.map(({ kind }) => kind)).toEqual([
    'changed',
    'disassociated',
    'relabelled',
    'changed',
    'associated',
    'created',
  ]);
  const positions = all.map(({ position }) => BigInt(position));
  expect(positions).toEqual([...positions].sort((a, b) => (a > b ? -1 : 1)));
  const usual = { category: 'HUBSPOT_DEFINED', typeId: 279 };
  expect(all[2]).toMatchObject({
    ...{ with: { objectType: 'companies', recordId: company }, can: { undo: true }, actor: { type: 'user' } },
    links: { from: [usual], to: [usual, { ...{ typeId: advises, label: 'advises of' } }] },
  });
  expect(all[1]!.links!.to).toEqual([]);
  for (const limit of [1, 2, 3, 5]) expect(await steps('contacts', contact, limit)).toEqual(all);

  const other = await steps('companies', company);
  expect(other.map(({ kind }) => kind)).toEqual([
    'disassociated',
    'changed',
    'relabelled',
    'associated',
    'created',
  ]);
  expect(other[2]).toMatchObject({
    with: { objectType: 'contacts', recordId: contact },
    links: { to: [{ typeId: 280 }, { label: 'advises by' }] },
  });
  for (const limit of [1, 2, 4]) expect(await steps('companies', company, limit)).toEqual(other);
  const path = `/time-travel/v1/objects/contacts/${contact}/timeline`;
  for (const after of ['3', '-1', 'a.b', '1.', '-2.7'])
    expect(await app.api('GET', `${path}?after=${after}`)).toMatchObject({ status: 400 });
});

test('a step of an association is taken back by its entry, and stands there as a step itself', async () => {
  const [contact, company] = [await create('contacts', {}), await create('companies', {})];
  await app.ok('PUT', `/crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`);
  await app.ok('DELETE', between(contact, company));
  const [removed] = await steps('contacts', contact);
  expect(removed).toMatchObject({ kind: 'disassociated', can: { undo: true } });
  await undone(removed!);
  const [again] = await steps('contacts', contact);
  expect(again).toMatchObject({ kind: 'associated', actor: { type: 'restore' } });
  await undone(again!);
  expect((await steps('contacts', contact)).map(({ kind }) => kind)).toEqual([
    'disassociated',
    'associated',
    'disassociated',
    'associated',
    'created',
  ]);
  await app.ok('DELETE', `/crm/v3/objects/companies/${company}`);
  expect((await steps('contacts', contact)).every(({ with: end, can }) => !end || !can.undo)).toBe(true);
});

test('whoever may not view the other record is told only what kind of record it is', async () => {
  const rights = { view: 'own', edit: 'own', delete: 'none' } as const;
  const person = await personIn(app, { roleId: await roleIn(app, rights, []) });
  const [contact, deal] = [await create('contacts', {}), await create('deals', { dealname: 'Another’s' })];
  await app.ok('PUT', `/crm/v4/objects/contacts/${contact}/associations/default/deals/${deal}`);
  const path = `/time-travel/v1/objects/contacts/${contact}/timeline`;
  const told = await app.ok<Page>('GET', path, undefined, person.as);
  expect(told.results[0]).toMatchObject({ kind: 'associated', can: { undo: false } });
  expect(told.results[0]!.with).toEqual({ objectType: 'deals' });
  expect(JSON.stringify(told)).not.toContain(deal);

  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'Contacts', scopes: ['crm.objects.contacts.read'] },
  });
  const byKey = await app.ok<Page>('GET', path, undefined, { authorization: `Bearer ${token}` });
  expect(byKey.results[0]!.with).toEqual({ objectType: 'deals' });
});
