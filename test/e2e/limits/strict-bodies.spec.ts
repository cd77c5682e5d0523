// A field that nobody knows is refused by its name, wherever it stands: a misspelt one would be lost without a word.
import { ApiDocument, type Schema } from '../../support/api-document';
import { type App, startApp } from '../../support/servers/app';
import { importForm } from '../../support/importing';

describe('bodies', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());
  const contacts = '/crm/v3/objects/contacts';

  test('say of each object in them which fields it has', async () => {
    const api = await ApiDocument.of(app);
    /** Places of objects that would take anything beside what they name. */
    const open = (schema: Schema, place: string): string[] => {
      const { type, properties, additionalProperties: others, items, anyOf = [] } = api.resolved(schema);
      const isOpen = type === 'object' && others !== false && typeof others !== 'object';
      const fields = Object.entries(properties ?? {}).flatMap(([name, one]) => open(one, `${place}.${name}`));
      const parts = [...(items ? [items] : []), ...anyOf, ...(typeof others === 'object' ? [others] : [])];
      return [...(isOpen ? [place] : []), ...fields, ...parts.flatMap((one) => open(one, `${place}[]`))];
    };
    const bodies = api.operations.flatMap((operation) => {
      const schema = api.bodyOf(operation);
      return schema ? open(schema, `${operation.method} ${operation.path} body`) : [];
    });
    expect(bodies).toEqual([]);
  });

  test('say of each list and each map in them how much it may hold', async () => {
    const api = await ApiDocument.of(app);
    /** Places of lists and maps without an end: what is wrong in each of 250,000 places is dear to tell. */
    const endless = (schema: Schema, place: string): string[] => {
      const {
        items,
        anyOf = [],
        properties = {},
        additionalProperties: others,
        ...most
      } = api.resolved(schema);
      const parts = [
        ...Object.entries(properties).map(([name, one]) => [one, `${place}.${name}`] as const),
        ...[...anyOf, ...(items ? [items] : []), ...(typeof others === 'object' ? [others] : [])].map(
          (one) => [one, `${place}[]`] as const,
        ),
      ];
      const isEndless =
        (items !== undefined && most.maxItems === undefined) ||
        (typeof others === 'object' && most.maxProperties === undefined);
      return [...(isEndless ? [place] : []), ...parts.flatMap(([one, at]) => endless(one, at))];
    };
    const bodies = api.operations.flatMap((operation) => {
      const schema = api.bodyOf(operation);
      return schema ? endless(schema, `${operation.method} ${operation.path} body`) : [];
    });
    expect(bodies).toEqual([]);
  });

  test('of a stage are refused with more values than it has', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`value ${n}`, 'x']));
    const stage = { label: 'Own', displayOrder: 0, metadata };
    const answer = await app.api('POST', '/crm/v3/pipelines/deals/default/stages', stage);
    expect({ status: answer.status, places: answer.body.errors?.map((error) => error.in) }).toEqual({
      ...{ status: 400, places: ['metadata'] },
    });
  });

  test.each([
    ['a record', 'POST', contacts, { propertees: {}, properties: {} }, ['propertees']],
    [
      'a batch',
      'POST',
      `${contacts}/batch/create`,
      { inputs: [{ propertees: {} }] },
      ['inputs.0.propertees'],
    ],
    [
      'a search',
      'POST',
      `${contacts}/search`,
      { filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', val: 'x' }] }], sort: [] },
      ['filterGroups.0.filters.0.val', 'sort'],
    ],
    [
      'an association',
      'POST',
      contacts,
      { properties: {}, associations: [{ to: { id: '1', type: 'x' }, types: [] }] },
      ['associations.0.to.type'],
    ],
    ['a backup', 'POST', '/backups/v1/backups', { asof: 'now' }, ['asof']],
  ])('of %s are refused with fields that nobody knows', async (_, method, path, body, places) => {
    const answer = await app.api(method, path, body);
    expect({ status: answer.status, places: answer.body.errors?.map((error) => error.in).sort() }).toEqual({
      ...{ status: 400, places },
    });
  });

  test('of an import, too, wherever they stand', async () => {
    const importing = { csv: 'email\r\n', type: '0-1', columns: { email: 'email' } };
    const form = importForm({ ...importing, also: [{ columnName: 'x', ignored: true, property: 'y' }] });
    const request = JSON.parse(form.get('importRequest') as string) as object;
    form.set('importRequest', JSON.stringify({ ...request, operation: 'CREATE' }));
    const { status, body } = await app.api('POST', '/crm/v3/imports', form);
    expect({ status, places: body.errors?.map((error) => error.in).sort() }).toEqual({
      status: 400,
      places: ['importRequest.files.0.fileImportPage.columnMappings.1.property', 'importRequest.operation'],
    });
  });

  test('may hold what HubSpot’s clients send, and what was read before', async () => {
    const created = await app.ok('POST', `${contacts}/batch/create`, {
      inputs: [{ properties: { firstname: 'Ada' }, associations: [], objectWriteTraceId: 'trace-1' }],
    });
    expect(created.results).toHaveLength(1);
    const read = await app.ok<Record<string, unknown>>('GET', `${contacts}/${created.results[0]!.id}`);
    const { id, createdAt, updatedAt, archived } = read;
    const sentBack = { id, createdAt, updatedAt, archived, properties: { firstname: 'Grace' } };
    expect((await app.api('PATCH', `${contacts}/${String(id)}`, sentBack)).status).toBe(200);
  });
});
