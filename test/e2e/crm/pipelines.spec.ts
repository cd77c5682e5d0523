// Pipelines and owners through HubSpot's own client, and what they mean for the values of records.
import { Client } from '@hubspot/api-client';
import { definitionsAt } from '../../../src/crm/properties/definitions';
import { adminEmail, App, ownLog, startApp } from '../../support/servers/app';

let app: App;
let client: Client;
const path = '/crm/v3/pipelines/deals';
const deals = '/crm/v3/objects/deals';
const probability = (value: string) => ({ probability: value }) as never;

beforeAll(async () => {
  // The pipelines of deals and the owners are the account's, all of them.
  app = await startApp(ownLog);
  client = new Client({ accessToken: app.admin.token, basePath: app.url, limiterOptions: { minTime: 0 } });
});
afterAll(() => app.close());

test("HubSpot's own client makes, changes, replaces, archives and brings back pipelines", async () => {
  const { pipelinesApi, pipelineAuditsApi } = client.crm.pipelines;
  const made = await pipelinesApi.create('deals', {
    ...{ label: 'Partners', displayOrder: 1 },
    stages: [
      { label: 'Talk', displayOrder: 0, metadata: probability('0.3') },
      { label: 'Sign', displayOrder: 1, metadata: probability('1') },
    ],
  });
  expect(made.stages.map(({ label, metadata }) => [label, metadata])).toEqual([
    ['Talk', { probability: '0.3', isClosed: 'false' }],
    ['Sign', { probability: '1.0', isClosed: 'true' }],
  ]);
  expect(made.id).toMatch(/^\d+$/);
  expect((await pipelinesApi.getAll('deals')).results.map(({ label }) => label)).toEqual([
    'Sales Pipeline',
    'Partners',
  ]);
  expect((await pipelinesApi.update('deals', made.id, { label: 'Resellers' })).label).toBe('Resellers');
  const [talk] = made.stages;
  const replaced = await pipelinesApi.replace('deals', made.id, {
    ...{ label: 'Resellers', displayOrder: 1 },
    stages: [
      { label: 'Talk', displayOrder: 0, metadata: probability('0.4') },
      { label: 'Paid', displayOrder: 1, metadata: probability('1') },
    ],
  });
  expect(replaced.stages.map(({ label }) => label)).toEqual(['Talk', 'Paid']);
  expect(replaced.stages[0]!.id).toBe(talk!.id);
  await pipelinesApi.archive('deals', made.id);
  await expect(pipelinesApi.getById('deals', made.id)).rejects.toMatchObject({ code: 404 });
  expect((await pipelinesApi.update('deals', made.id, { archived: false })).label).toBe('Resellers');
  const audit = await pipelineAuditsApi.getAudit('deals', made.id);
  expect(audit.results.map(({ action }) => action)).toEqual([
    ...['RESTORE', 'DELETE', 'CREATE', 'UPDATE', 'DELETE', 'UPDATE', 'CREATE'],
  ]);
  expect(audit.results[0]).toMatchObject({ identifier: made.id, fromUserId: Number(app.admin.id) });
});

test("HubSpot's own client makes, changes, replaces, archives and brings back stages", async () => {
  const { pipelineStagesApi: api, pipelineStageAuditsApi } = client.crm.pipelines;
  const input = { label: 'Escalated', displayOrder: 9, metadata: { ticketState: 'OPEN' } as never };
  const { id } = await api.create('tickets', '0', input);
  expect((await api.update('tickets', '0', id, { label: 'Urgent', metadata: {} })).label).toBe('Urgent');
  const closed = { ...input, metadata: { ticketState: 'CLOSED' } as never };
  const replaced = await api.replace('tickets', '0', id, closed);
  expect(replaced).toMatchObject({
    label: 'Escalated',
    metadata: { ticketState: 'CLOSED', isClosed: 'true' },
  });
  expect((await api.getById('tickets', '0', id)).archived).toBe(false);
  await api.archive('tickets', '0', id);
  const left = await api.getAll('tickets', '0');
  expect(left.results.map((stage) => stage.id)).toEqual(['1', '2', '3', '4']);
  await expect(api.getById('tickets', '0', id)).rejects.toMatchObject({ code: 404 });
  expect((await api.update('tickets', '0', id, { archived: false, metadata: {} })).label).toBe('Escalated');
  const audit = await pipelineStageAuditsApi.getAudit('tickets', id);
  expect(audit.results.map(({ action }) => action)).toEqual([
    ...['RESTORE', 'DELETE', 'UPDATE', 'UPDATE', 'CREATE'],
  ]);
});

test('values are those of the pipelines, at once and by name', async () => {
  const stages = [
    { stageId: 'renewal_sent', label: 'Sent', displayOrder: 0, metadata: { probability: 0.5 } },
  ];
  const renewals = { pipelineId: 'renewals', label: 'Renewals', displayOrder: 5, stages };
  const position = await app.engine.eventStore.head();
  await app.ok('POST', path, renewals);
  const { id } = await app.ok('POST', deals, {
    properties: { pipeline: 'renewals', dealstage: 'renewal_sent' },
  });
  const write = (properties: object) => app.api('PATCH', `${deals}/${id}`, { properties });
  const wrong = await write({ dealstage: 'closedwon' });
  expect([wrong.status, wrong.body.errors?.[0]]).toMatchObject([400, { code: 'INVALID_STAGE' }]);
  expect((await write({ pipeline: 'nowhere' })).status).toBe(400);
  expect((await write({ pipeline: 'default', dealstage: 'closedwon' })).status).toBe(200);
  const { readModels, streams } = app.engine;
  const optionsAt = async (at: bigint) =>
    (await definitionsAt(readModels, streams, 'deals', at))
      .find(({ name }) => name === 'pipeline')!
      .options.map(({ value }) => value);
  expect(await optionsAt(position)).not.toContain('renewals');
  expect(await optionsAt(await app.engine.eventStore.head())).toContain('renewals');
  await app.ok('DELETE', `${path}/renewals`);
  expect((await write({ pipeline: 'renewals' })).status).toBe(400);
});

test('what records stand in is not archived where that is asked for, and they are counted', async () => {
  const stage = (stageId: string) => ({
    stageId,
    label: stageId,
    displayOrder: 0,
    metadata: { probability: 0.5 },
  });
  const used = { label: 'Used', displayOrder: 7, stages: [stage('used_1'), stage('used_2')] };
  await app.ok('POST', path, { pipelineId: 'used', ...used });
  const properties = { pipeline: 'used', dealstage: 'used_1' };
  for (let n = 0; n < 2; n++) await app.ok('POST', deals, { properties });
  const check = 'validateReferencesBeforeDelete=true';
  const refused = [
    await app.api('DELETE', `${path}/used?${check}`),
    await app.api('DELETE', `${path}/used?validateDealStageUsagesBeforeDelete=true`),
    await app.api('DELETE', `${path}/used/stages/used_1?${check}`),
    await app.api('PUT', `${path}/used?${check}`, { ...used, stages: [stage('used_2')] }),
  ];
  expect(refused.map(({ status, body }) => [status, body.subCategory])).toEqual(
    refused.map(() => [409, 'PIPELINE_IN_USE']),
  );
  for (const { body } of refused) expect(body.message).toContain('2 deals');
  expect((await app.api('DELETE', `${path}/used/stages/used_2?${check}`)).status).toBe(204);
  expect((await app.api('DELETE', `${path}/used/stages/used_1`)).status).toBe(204);
});

test('a type without pipelines has none, and a custom object has its own', async () => {
  expect((await app.api('GET', '/crm/v3/pipelines/contacts')).status).toBe(404);
  await app.ok('POST', '/crm-object-schemas/v3/schemas', {
    ...{ name: 'lease', labels: { singular: 'Lease', plural: 'Leases' } },
    ...{ primaryDisplayProperty: 'title', requiredProperties: [], searchableProperties: [] },
    properties: [{ name: 'title', label: 'Title', type: 'string', fieldType: 'text' }],
    associatedObjects: [],
  });
  await app.ok('POST', '/crm/v3/pipelines/lease', {
    ...{ pipelineId: 'leasing', label: 'Leasing', displayOrder: 0 },
    stages: [{ stageId: 'signed', label: 'Signed', displayOrder: 0, metadata: { state: 'CLOSED' } }],
  });
  const create = (hs_pipeline_stage: string) =>
    app.api('POST', '/crm/v3/objects/lease', {
      properties: { title: 'A', hs_pipeline: 'leasing', hs_pipeline_stage },
    });
  expect([(await create('signed')).status, (await create('lost')).status]).toEqual([201, 400]);
});

test("HubSpot's own client finds owners, and only an owner owns a record", async () => {
  const { ownersApi } = client.crm.owners;
  const [owner, ...others] = (await ownersApi.getPage()).results;
  expect(others).toEqual([]);
  expect(owner).toMatchObject({
    ...{ id: app.admin.id, email: adminEmail, type: 'PERSON', archived: false, teams: [] },
    userId: Number(app.admin.id),
  });
  expect((await ownersApi.getPage(adminEmail.toUpperCase())).results).toHaveLength(1);
  expect((await ownersApi.getPage('nobody@example.com')).results).toEqual([]);
  expect((await ownersApi.getPage(undefined, undefined, 10, true)).results).toEqual([]);
  expect((await ownersApi.getById(Number(app.admin.id), 'userId')).id).toBe(app.admin.id);
  await expect(ownersApi.getById(1)).rejects.toMatchObject({ code: 404 });
  const own = (hubspot_owner_id: string) => app.api('POST', deals, { properties: { hubspot_owner_id } });
  expect((await own(app.admin.id)).status).toBe(201);
  const refused = await own('123456');
  expect([refused.status, refused.body.errors?.[0]]).toMatchObject([400, { code: 'INVALID_OWNER' }]);
});

test('a property of the account can name an owner, too', async () => {
  const mentor = {
    ...{
      name: 'mentor',
      label: 'Mentor',
      type: 'enumeration',
      fieldType: 'select',
      groupName: 'dealinformation',
    },
    ...{ externalOptions: true, referencedObjectType: 'OWNER' },
  };
  await app.ok('POST', '/crm/v3/properties/deals', mentor);
  const name = (value: string) => app.api('POST', deals, { properties: { mentor: value } });
  expect([(await name(app.admin.id)).status, (await name('7')).status]).toEqual([201, 400]);
});
