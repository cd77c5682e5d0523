import { definitionsAt } from '../../../src/crm/properties/definitions';
import { App, ownLog, startApp } from '../../support/servers/app';
import { objects, recordCalls } from '../../support/servers/record-calls';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

const { create, get } = recordCalls(() => app);

describe('a property', () => {
  const path = '/crm/v3/properties';
  const definition = {
    name: 'deal_stage_label',
    label: 'Stage label',
    type: 'enumeration',
    fieldType: 'select',
    groupName: 'dealinformation',
    options: [
      { label: 'Won', value: 'Won' },
      { label: 'Lost', value: 'Lost' },
    ],
  };

  test('is defined, used, changed and archived; the values stay in the records', async () => {
    await app.ok('POST', `${path}/deals`, definition);
    expect((await app.api('POST', `${path}/deals`, definition)).status).toBe(409);
    const { id } = await create('deals', { deal_stage_label: 'Won' });
    const options = [...definition.options, { label: 'Open', value: 'Open' }];
    await app.ok('PATCH', `${path}/deals/deal_stage_label`, { options });
    await app.ok('PATCH', `${objects}/deals/${id}`, { properties: { deal_stage_label: 'Open' } });
    const list = () => app.ok('GET', `${path}/deals`).then(({ results }) => results.map(({ name }) => name));
    expect(await list()).toContain('deal_stage_label');
    expect((await app.api('DELETE', `${path}/deals/deal_stage_label`)).status).toBe(204);
    expect(await list()).not.toContain('deal_stage_label');
    const gone = await app.api('PATCH', `${objects}/deals/${id}`, {
      properties: { deal_stage_label: 'Won' },
    });
    expect(gone.status).toBe(400);
    expect((await get('deals', id, '?properties=deal_stage_label')).body.properties).not.toHaveProperty(
      'deal_stage_label',
    );
    await app.ok('POST', `${path}/deals`, { ...definition, options });
    expect((await get('deals', id, '?properties=deal_stage_label')).body.properties.deal_stage_label).toBe(
      'Open',
    );
  });

  test('can be unique', async () => {
    await app.ok('POST', `${path}/tickets`, {
      name: 'case_number',
      label: 'Case',
      type: 'number',
      fieldType: 'number',
      groupName: 'ticketinformation',
      hasUniqueValue: true,
    });
    const { id } = await create('tickets', { case_number: '7' });
    const second = await app.api('POST', `${objects}/tickets`, { properties: { case_number: '7.0' } });
    expect([second.status, second.body.message]).toEqual([409, `Ticket already exists. Existing ID: ${id}`]);
    expect((await get('tickets', '007', '?idProperty=case_number')).body.id).toBe(id);
    expect((await get('tickets', '7', '?idProperty=subject')).status).toBe(400);
  });

  test('in batches', async () => {
    const inputs = ['batch_one', 'batch_two'].map((name) => ({ ...definition, name }));
    const created = await app.api('POST', `${path}/deals/batch/create`, { inputs });
    expect([created.status, created.body.results.length]).toEqual([201, 2]);
    const names = ['batch_one', 'dealname', 'nope'].map((name) => ({ name }));
    const read = await app.api('POST', `${path}/deals/batch/read`, { inputs: names, archived: false });
    expect([read.status, read.body.results.map(({ name }) => name)]).toEqual([
      207,
      ['batch_one', 'dealname'],
    ]);
    const archived = await app.api('POST', `${path}/deals/batch/archive`, {
      inputs: [{ name: 'batch_one' }],
    });
    expect(archived.status).toBe(204);
    expect((await app.api('GET', `${path}/deals/batch_one`)).status).toBe(404);
    expect((await app.api('GET', `${path}/deals/batch_one?archived=true`)).status).toBe(200);
  });

  test('a standard one is not changed, archived or defined again', async () => {
    expect((await app.api('PATCH', `${path}/deals/amount`, { label: 'Money' })).status).toBe(400);
    expect((await app.api('DELETE', `${path}/deals/amount`)).status).toBe(400);
    expect((await app.api('POST', `${path}/deals`, { ...definition, name: 'amount' })).status).toBe(409);
    for (const wrong of [{ name: 'Bad Name' }, { fieldType: 'date' }, { type: 'blob' }, { label: undefined }])
      expect((await app.api('POST', `${path}/deals`, { ...definition, name: 'x', ...wrong })).status).toBe(
        400,
      );
  });

  test('groups are listed', async () => {
    const { results } = await app.ok('GET', `${path}/contacts/groups`);
    expect(results.map(({ name }) => name)).toEqual(['contactinformation']);
  });
});

test('the definitions of any position can be told, in byte order', async () => {
  const { readModels, streams, eventStore } = app.engine;
  const named = async (position: bigint) => {
    const found = await definitionsAt(readModels, streams, 'tasks', position);
    const names = found.map(({ name }) => name);
    expect(names).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    return found.find(({ name }) => name === 'task_colour')?.label;
  };
  const path = '/crm/v3/properties/tasks';
  const property = {
    name: 'task_colour',
    label: 'Colour',
    groupName: 'task',
    type: 'string',
    fieldType: 'text',
  };
  const positions = [await eventStore.head()];
  for (const [method, where, body] of [
    ['POST', path, property],
    ['PATCH', `${path}/task_colour`, { label: 'Hue' }],
    ['DELETE', `${path}/task_colour`, undefined],
    ['POST', path, { ...property, label: 'Shade' }],
  ] as const) {
    await app.ok(method, where, body);
    positions.push(await eventStore.head());
  }
  const labels: (string | undefined)[] = [];
  for (const position of positions) labels.push(await named(position));
  expect(labels).toEqual([undefined, 'Colour', 'Hue', undefined, 'Shade']);
});
