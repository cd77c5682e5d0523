// Over HTTP: what a restore does beyond values where it is asked to: records created since go into the bin, associations
// are as they were, and unique values find back to their records.
import { randomUUID } from 'node:crypto';
import { type App, startApp } from '../../support/servers/app';
import { type PlanRow, Restoring } from '../../support/restores/restoring';

const host = `${randomUUID().slice(0, 8)}.test`;
let app: App;
const restoring = new Restoring(() => app);

beforeAll(async () => {
  app = await startApp();
  await app.setUpTwoFactor();
});
afterAll(() => app.close());

const create = async (type: string, properties: object): Promise<string> =>
  (await app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id;
const update = (id: string, properties: object) =>
  app.ok('PATCH', `/crm/v3/objects/contacts/${id}`, { properties });
const statusOf = async (type: string, id: string) =>
  (await app.api('GET', `/crm/v3/objects/${type}/${id}`)).status;

test('records created since go into the bin, but for those edited since the plan was made', async () => {
  const [kept] = [await create('contacts', { email: `kept@${host}`, city: 'Oslo' })];
  const asOf = await restoring.head();
  const [one, other, edited] = [
    await create('contacts', { email: `one@${host}`, city: 'Oslo' }),
    await create('contacts', { email: `other@${host}`, city: 'Rome' }),
    await create('contacts', { email: `edited@${host}`, city: 'Oslo' }),
  ];
  const filterGroups = [{ filters: [{ propertyName: 'city', operator: 'EQ', value: 'Oslo' }] }];
  const objects = [{ objectType: 'contacts', properties: '*', filterGroups }];
  const off = await restoring.plan({ source: { asOf }, objects });
  expect(off.summary).toMatchObject({ records: 0, archived: 0, createdSince: 2 });
  const plan = await restoring.plan({ source: { asOf }, objects, modes: { archiveCreatedSince: true } });
  expect(plan.summary).toMatchObject({ records: 2, archived: 2, createdSince: 0 });
  expect(await restoring.rows(plan.id)).toEqual(
    [one, edited].map((recordId) => ({
      ...{ objectType: 'contacts', recordId, kind: 'archive', changes: {} },
      revision: expect.any(Number) as number,
    })),
  );
  await update(edited, { city: 'Bergen' });
  const restore = await restoring.execute(plan.id);
  expect(restore.outcomes).toMatchObject({ archived: 1, drifted: 1, refused: 0 });
  expect(await restoring.records(restore.id, 'archived')).toEqual([
    { objectType: 'contacts', recordId: one, outcome: 'archived' },
  ]);
  expect(await restoring.records(restore.id, 'drifted')).toEqual([
    { objectType: 'contacts', recordId: edited, outcome: 'drifted' },
  ]);
  expect(await statusOf('contacts', one)).toBe(404);
  for (const id of [kept, other, edited]) expect(await statusOf('contacts', id)).toBe(200);
});

test('associations are as they were then, labels included, also of records that come back', async () => {
  const label = { name: `advises_${host.slice(0, 8)}`, label: 'Advises' };
  const { results } = await app.ok('POST', '/crm/v4/associations/contacts/companies/labels', label);
  const labelled = results.find((one: object) => 'label' in one && one.label === 'Advises') as unknown as {
    typeId: number;
  };
  const advises = [{ associationCategory: 'USER_DEFINED', associationTypeId: labelled.typeId }];
  const pair = (contact: string, company: string) =>
    `/crm/v4/objects/contacts/${contact}/associations/companies/${company}`;
  const [ann, bo, deleted] = [
    await create('contacts', { email: `ann@${host}` }),
    await create('contacts', { email: `bo@${host}` }),
    await create('contacts', { email: `deleted@${host}` }),
  ];
  const [acme, other] = [
    await create('companies', { name: 'Acme' }),
    await create('companies', { name: 'O' }),
  ];
  await app.ok('PUT', pair(ann, acme), advises);
  await app.ok('PUT', `/crm/v4/objects/contacts/${bo}/associations/default/companies/${acme}`);
  await app.ok('PUT', pair(deleted, acme), advises);
  const asOf = await restoring.head();
  await app.ok('DELETE', pair(ann, acme));
  await app.ok('PUT', `/crm/v4/objects/contacts/${ann}/associations/default/companies/${other}`);
  await app.ok('PUT', pair(bo, acme), advises);
  await app.ok('DELETE', pair(deleted, acme));
  await app.ok('DELETE', `/crm/v3/objects/contacts/${deleted}`);
  const late = await create('companies', { name: 'Late' });
  await app.ok('PUT', `/crm/v4/objects/contacts/${ann}/associations/default/companies/${late}`);

  const linksOf = async (id: string) => {
    const { results } = await app.ok('GET', `/crm/v4/objects/contacts/${id}/associations/companies`);
    type Shown = { toObjectId: string; associationTypes: { label?: string }[] };
    return Object.fromEntries(
      (results as unknown as Shown[]).map(({ toObjectId, associationTypes }) => [
        toObjectId,
        associationTypes.map(({ label }) => label ?? '').sort(),
      ]),
    );
  };
  const objects = [{ objectType: 'contacts', properties: ['email'] }];
  const asked = { source: { asOf }, objects };
  expect((await restoring.plan(asked)).summary).toMatchObject({ associated: 0, disassociated: 0 });
  const modes = { restoreAssociations: true, recreateDeleted: true };
  const plan = await restoring.plan({ ...asked, modes });
  expect(plan.summary).toMatchObject({ recreated: 1, associated: 2, disassociated: 2 });
  const rows = (await restoring.rows(plan.id)).filter(({ kind }) => kind.includes('associate'));
  const shown = ({ recordId, kind, to, links }: PlanRow) => {
    const { from, to: after } = links as Record<'from' | 'to', { label: string | null }[]>;
    const labels = (some: { label: string | null }[]) => some.map(({ label }) => label ?? '').sort();
    return [recordId, kind, (to as PlanRow).recordId, labels(from), labels(after)];
  };
  expect(rows.map(shown)).toEqual(
    expect.arrayContaining([
      [ann, 'associate', acme, [], ['', 'Advises']],
      [ann, 'disassociate', other, [''], []],
      [bo, 'disassociate', acme, ['', 'Advises'], ['']],
      [deleted, 'associate', acme, [], ['', 'Advises']],
    ]),
  );
  // Changed since the plan was made: left alone.
  await app.ok('DELETE', pair(bo, acme));
  const restore = await restoring.execute(plan.id);
  expect(restore.outcomes).toMatchObject({ recreated: 1, associated: 2, disassociated: 1, drifted: 1 });
  expect(await restoring.records(restore.id, 'drifted')).toEqual([
    {
      ...{ objectType: 'contacts', recordId: bo, kind: 'disassociate', outcome: 'drifted' },
      to: { objectType: 'companies', recordId: acme },
    },
  ]);
  expect(await linksOf(ann)).toEqual({ [acme]: ['', 'Advises'], [late]: [''] });
  expect(await linksOf(bo)).toEqual({});
  expect(await linksOf(deleted)).toEqual({ [acme]: ['', 'Advises'] });
  const again = await restoring.plan({ ...asked, modes });
  expect(again.summary).toMatchObject({ records: 0, associated: 1, disassociated: 0 });
});

test('a record that others were merged into keeps the associations that it has from them', async () => {
  const [one, other] = [
    await create('contacts', { firstname: 'M1' }),
    await create('contacts', { firstname: 'M2' }),
  ];
  const company = await create('companies', { name: 'Merged' });
  await app.ok('PUT', `/crm/v4/objects/contacts/${other}/associations/default/companies/${company}`);
  const asOf = await restoring.head();
  await app.ok('POST', '/crm/v3/objects/contacts/merge', { primaryObjectId: one, objectIdToMerge: other });
  const plan = await restoring.plan({
    source: { asOf },
    objects: [{ objectType: 'contacts', properties: ['email'], recordIds: [one, other] }],
    modes: { restoreAssociations: true },
  });
  expect(plan.summary).toMatchObject({ records: 0, associated: 0, disassociated: 0, missing: 1 });
});

test('unique values that went round find back to their records', async () => {
  const emails = ['a', 'b', 'c'].map((name) => `${name}@round.${host}`);
  const ids: string[] = [];
  for (const email of emails) ids.push(await create('contacts', { email }));
  const asOf = await restoring.head();
  // Each gets the address of the next, the last that of the first.
  await update(ids[0]!, { email: `x@round.${host}` });
  await update(ids[2]!, { email: emails[0] });
  await update(ids[1]!, { email: emails[2] });
  await update(ids[0]!, { email: emails[1] });
  const plan = await restoring.plan({
    source: { asOf },
    objects: [{ objectType: 'contacts', properties: ['email'], recordIds: ids }],
  });
  expect(plan.summary).toMatchObject({ records: 3, conflicts: 3, resolved: 3 });
  expect((await restoring.rows(plan.id))[0]).toMatchObject({
    conflict: { property: 'email', heldBy: ids[2], resolved: true },
    givesWay: ['email'],
  });
  const restore = await restoring.execute(plan.id);
  expect(restore.outcomes).toMatchObject({ changed: 3, refused: 0, drifted: 0 });
  for (const [n, id] of ids.entries()) {
    const { properties } = await app.ok<{ properties: { email: string } }>(
      'GET',
      `/crm/v3/objects/contacts/${id}?properties=email`,
    );
    expect(properties.email).toBe(emails[n]);
  }
});
