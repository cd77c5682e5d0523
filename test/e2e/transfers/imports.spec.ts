// Imports from the file to the record, over the API.
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { importStream } from '../../../src/imports/import.decider';
import { pause } from '../../../src/supervision/pause';
import { eventsAfter } from '../../support/log';
import type { ImportPreview } from '../../../src/imports/preview/preview.view';
import { RawClient } from '../../support/servers/raw-client';
import { adminEmail, ownLog, startApp, type App } from '../../support/servers/app';
import { personIn } from '../../support/servers/people';
import {
  allRecords,
  ended,
  heldAfter,
  importCsv,
  importForm,
  refusedImport,
  startImport,
  steps,
  type ImportAnswer,
  type RecordAnswer,
} from '../../support/importing';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

const contacts = { type: '0-1', columns: { Mail: 'email', First: 'firstname', Last: 'lastname' } };
const contact = async (email: string) =>
  (
    await app.ok<{ id: string; properties: Record<string, string | null> }>(
      'GET',
      `/crm/v3/objects/contacts/${encodeURIComponent(email)}?idProperty=email&properties=email,firstname,lastname`,
    )
  ).properties;

interface ErrorAnswer {
  readonly errorType: string;
  readonly errorMessage?: string;
  readonly knownColumnNumber?: number;
  readonly invalidValue?: string;
  readonly sourceData: { readonly lineNumber: number; readonly rowData: readonly string[] };
}
const errorsOf = async (id: string, query = '') =>
  app.ok<{ results: ErrorAnswer[]; paging?: { next: { after: string } } }>(
    'GET',
    `/crm/v3/imports/${id}/errors?${query}`,
  );
const folders = async () => app.engine.files.list('imports');

test('rows become records, verbatim, with quotes, line breaks and any characters', async () => {
  const done = await importCsv(app, {
    ...contacts,
    csv: '\ufeffMail,First,Last\r\nada@a.test,"Ada ""the Countess""","Love\nlace"\r\ngrace@a.test, Grace ,\r\n',
  });
  expect(done).toMatchObject({ state: 'DONE', importSource: 'API' });
  expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: 2, CREATED_OBJECTS: 2, ERRORS: 0 });
  expect(await contact('ada@a.test')).toMatchObject({
    firstname: 'Ada "the Countess"',
    lastname: 'Love\nlace',
  });
  expect(await contact('grace@a.test')).toMatchObject({ firstname: ' Grace ', lastname: null });
});

/** The files of this process that are open, where the system lists them. */
const OPEN_FILES = '/proc/self/fd';
const openImports = () =>
  readdirSync(OPEN_FILES).filter((fd) => {
    try {
      return readlinkSync(`${OPEN_FILES}/${fd}`).startsWith(`${app.dataDir}/files/imports/`);
    } catch {
      return false;
    }
  });
(existsSync(OPEN_FILES) ? test : test.skip)('no file of an import that has ended stays open', async () => {
  await importCsv(app, { ...contacts, csv: 'Mail,First,Last\nopen@a.test,Open,File\n' });
  while (openImports().length > 0) await pause(20);
});

test('a row whose key is known updates; an empty cell leaves a value alone; the second row of a key follows the first', async () => {
  await importCsv(app, { ...contacts, csv: 'Mail,First,Last\nup@a.test,Old,Kept\n' });
  const done = await importCsv(app, {
    ...contacts,
    csv: 'Mail,First,Last\nUP@a.test,New,\nnew@a.test,One,\nnew@a.test,Two,Twice\n up@a.test ,New,\n',
  });
  expect(done.metadata.counters).toEqual({
    ...{ TOTAL_ROWS: 4, CREATED_OBJECTS: 1, UPDATED_OBJECTS: 2, UNCHANGED_OBJECTS: 1, ERRORS: 0 },
    ...{ CREATED_CONTACTS: 1, UPDATED_CONTACTS: 2 },
  });
  expect(await contact('up@a.test')).toMatchObject({
    email: 'up@a.test',
    firstname: 'New',
    lastname: 'Kept',
  });
  expect(await contact('new@a.test')).toMatchObject({ firstname: 'Two', lastname: 'Twice' });
});

test('what is wrong with a row is listed by row and column, with its cell; the others are imported', async () => {
  const csv = [
    'Mail,First,Last',
    'ok@b.test,Fine,',
    'not-an-address,Secretive,',
    'short@b.test,Only two',
    ',,',
    'twice@b.test,First,',
    'fine@b.test,Fine,',
    '',
  ].join('\n');
  const done = await importCsv(app, {
    ...contacts,
    operation: 'CREATE',
    csv: `${csv}twice@b.test,Second,\n`,
  });
  expect(done.state).toBe('DONE');
  expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: 7, CREATED_OBJECTS: 3, ERRORS: 4 });
  const { results } = await errorsOf(done.id);
  expect(results.map(({ errorType, sourceData }) => [sourceData.lineNumber, errorType])).toEqual([
    [3, 'INVALID_EMAIL'],
    [4, 'INCORRECT_NUMBER_OF_COLUMNS'],
    [5, 'FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES'],
    [8, 'DUPLICATE_UNIQUE_PROPERTY_VALUE'],
  ]);
  expect(results[0]).toMatchObject({
    ...{ knownColumnNumber: 1, invalidValue: 'not-an-address', expected: 'an e-mail address' },
    errorMessage: 'Property "email" must be an e-mail address',
  });
  expect(JSON.stringify(results)).not.toMatch(/Secretive/);
  expect((await errorsOf(done.id, 'includeRowData=true')).results[0]!.sourceData.rowData).toEqual([
    ...['not-an-address', 'Secretive', ''],
  ]);

  const first = await errorsOf(done.id, 'limit=3');
  const rest = await errorsOf(done.id, `limit=3&after=${first.paging!.next.after}`);
  expect([...first.results, ...rest.results]).toEqual(results);
  expect(rest.paging).toBeUndefined();
  for (const after of ['5', 'x', '99999999'])
    expect(await app.api('GET', `/crm/v3/imports/${done.id}/errors?after=${after}`)).toMatchObject({
      status: 400,
    });

  const file = await app.api<string>('GET', `/crm/v3/imports/${done.id}/errors/file`);
  expect(file.headers.get('content-type')).toContain('text/csv');
  expect(file.body.split('\r\n').slice(0, 2)).toEqual([
    'file,row,column,property,error,reason,cell,expected,options',
    'file.csv,3,1,email,INVALID_EMAIL,"Property ""email"" must be an e-mail address",not-an-address,an e-mail address,',
  ]);
});

test('records are updated by their id, and only updated when that is asked', async () => {
  await importCsv(app, { ...contacts, csv: 'Mail,First,Last\nid@c.test,Before,\n' });
  const { id } = await app.ok<{ id: string }>('GET', '/crm/v3/objects/contacts/id@c.test?idProperty=email');
  const done = await importCsv(app, {
    type: '0-1',
    columns: { Id: 'hs_object_id', First: 'firstname' },
    key: { column: 'Id', type: 'HUBSPOT_OBJECT_ID' },
    operation: 'UPDATE',
    csv: `Id,First\n${id},After\n1234567890123456,Nobody\n,Nobody\nx,Nobody\n`,
  });
  expect(done.metadata.counters).toMatchObject({ UPDATED_OBJECTS: 1, ERRORS: 3 });
  expect((await errorsOf(done.id)).results.map(({ errorType }) => errorType)).toEqual([
    ...['INVALID_OBJECT_ID', 'INVALID_ALTERNATE_ID', 'INVALID_OBJECT_ID'],
  ]);
  expect(await contact('id@c.test')).toMatchObject({ firstname: 'After' });
});

test('all that an import made is found by it, with who made it and who has changed it since, then as now', async () => {
  const csv = 'Mail,First,Last\nsource1@g.test,One,\nsource2@g.test,Two,\n';
  const { id } = await importCsv(app, { ...contacts, csv });
  const imported = await app.engine.eventStore.head();
  const other = await personIn(app, { roleId: 'super-admin' });
  const stamps = [
    ...['hs_object_source', 'hs_object_source_id', 'hs_object_source_label'],
    ...['hs_created_by_user_id', 'hs_updated_by_user_id'],
  ];
  const found = (asOf?: bigint) => {
    const filters = [
      { propertyName: 'hs_object_source', operator: 'EQ', value: 'IMPORT' },
      { propertyName: 'hs_object_source_id', operator: 'EQ', value: id },
    ];
    const sorts = [
      { propertyName: 'hs_updated_by_user_id', direction: 'ASCENDING' },
      { propertyName: 'email' },
    ];
    return app.ok<{ total: number; results: RecordAnswer[] }>('POST', '/crm/v3/objects/contacts/search', {
      ...{ filterGroups: [{ filters }], sorts, properties: ['email', ...stamps] },
      ...(asOf !== undefined && { asOf: String(asOf) }),
    });
  };
  const by = { hs_created_by_user_id: app.admin.id, hs_updated_by_user_id: app.admin.id };
  const source = { hs_object_source: 'IMPORT', hs_object_source_id: id, hs_object_source_label: 'IMPORT' };
  const now = await found();
  expect(now.results.map(({ properties }) => properties)).toMatchObject([
    { email: 'source1@g.test', ...source, ...by },
    { email: 'source2@g.test', ...source, ...by },
  ]);

  // Somebody else goes on with one of them.
  const [first] = now.results;
  const path = `/crm/v3/objects/contacts/${first!.id}`;
  const written = await app.ok<RecordAnswer>('PATCH', path, { properties: { city: 'Oslo' } }, other.as);
  expect(written.properties).toMatchObject({ ...source, ...by, hs_updated_by_user_id: other.id });
  const updatedBy = async (asOf?: bigint) =>
    (await found(asOf)).results
      .map(({ id: one, properties }) => [one, properties['hs_updated_by_user_id']])
      .sort();
  const others = now.results.slice(1).map((one) => [one.id, app.admin.id]);
  expect(await updatedBy()).toEqual([[first!.id, other.id], ...others].sort());
  expect(await updatedBy(imported)).toEqual([[first!.id, app.admin.id], ...others].sort());
  expect(
    await app.ok('GET', `${path}?propertiesWithHistory=hs_object_source,hs_updated_by_user_id`),
  ).toMatchObject({
    propertiesWithHistory: {
      hs_object_source: [{ value: 'IMPORT', sourceType: 'IMPORT', sourceId: id }],
      hs_updated_by_user_id: [{ value: other.id }, { value: app.admin.id }],
    },
  });

  // Strata alone sets them.
  for (const name of stamps) {
    expect(await app.api('PATCH', path, { properties: { [name]: '7' } })).toMatchObject({
      ...{ status: 400, body: { errors: [{ code: 'READ_ONLY_VALUE' }] } },
    });
    expect(await app.ok('GET', `/crm/v3/properties/contacts/${name}`)).toMatchObject({
      ...{ hubspotDefined: true, modificationMetadata: { readOnlyValue: true } },
    });
  }

  // What a key makes is the key's.
  const { id: keyId, token } = await app.ok<Record<'id' | 'token', string>>('POST', '/auth/v1/api-keys', {
    ...{ name: 'source', scopes: ['crm.objects.contacts.read', 'crm.objects.contacts.write'] },
  });
  const keyed = await app.ok<RecordAnswer>(
    'POST',
    '/crm/v3/objects/contacts',
    { properties: { email: 'source3@g.test' } },
    { authorization: `Bearer ${token}` },
  );
  expect(keyed.properties).toMatchObject({
    hs_object_source: 'INTEGRATION',
    hs_object_source_id: keyId,
    ...by,
  });
});

test('dates come in by the format that is named, Latin-1 by its name', async () => {
  const done = await importCsv(app, {
    type: '0-3',
    columns: { Deal: 'dealname', Closed: 'closedate' },
    dateFormat: 'DAY_MONTH_YEAR',
    encoding: 'ISO-8859-1',
    csv: Buffer.from('Deal,Closed\nGröße,3.1.2017\nBad,2017\n', 'latin1'),
  });
  expect(done.metadata.counters).toMatchObject({ CREATED_OBJECTS: 1, ERRORS: 1 });
  const deals = await allRecords(app, 'deals', ['dealname', 'closedate']);
  const deal = deals.findLast(({ properties }) => properties['dealname'] === 'Größe');
  expect(deal!.properties['closedate']).toMatch(/^2017-01-03T00:00:00/);
});

test('a row that cannot be read is listed, and those around it are imported', async () => {
  const done = await importCsv(app, {
    ...contacts,
    csv: 'Mail;First;Last\nkept@d.test;Kept;\n"open@d.test;No;\n"broken@d.test"x;No;\nalso@d.test;Kept;\n',
  });
  expect(done).toMatchObject({
    state: 'DONE',
    readAs: [{ fileName: 'file.csv', encoding: 'UTF-8', delimiter: ';' }],
  });
  expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: 4, CREATED_OBJECTS: 2, ERRORS: 2 });
  const { results } = await errorsOf(done.id);
  expect(results).toMatchObject([
    { errorType: 'COULD_NOT_PARSE_ROW', sourceData: { lineNumber: 3 } },
    { errorType: 'COULD_NOT_PARSE_ROW', sourceData: { lineNumber: 4 } },
  ]);
  for (const email of ['kept@d.test', 'also@d.test'])
    expect(await contact(email)).toMatchObject({ firstname: 'Kept' });
});

test('a row of millions of cells is listed, and the import goes on', async () => {
  const csv = new Blob(['Mail,First,Last\n', ','.repeat(20_000_000), '\nnarrow@d.test,Kept,\n']);
  const done = await importCsv(app, { ...contacts, csv });
  expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: 2, CREATED_OBJECTS: 1, ERRORS: 1 });
  expect((await errorsOf(done.id)).results[0]!.errorMessage).toContain('more than 16384 cells');
  expect(await contact('narrow@d.test')).toMatchObject({ firstname: 'Kept' });
});

test('a dry run tells of every row what the import would do, and writes nothing', async () => {
  const owned = { type: '0-1', columns: { Mail: 'email', First: 'firstname', Owner: 'hubspot_owner_id' } };
  await importCsv(app, { ...contacts, csv: 'Mail,First,Last\nthere@t.test,There,\n' });
  await app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Firm of t' } });
  const also = [
    {
      ...{ columnObjectTypeId: '0-1', columnName: 'Firm', toColumnObjectTypeId: '0-2' },
      propertyName: 'name',
    },
  ];
  const csv = [
    'Mail,First,Owner,Firm',
    'there@t.test,There,,Firm of t',
    'there@t.test,Changed,,Firm of t',
    `new@t.test,New,${adminEmail},`,
    'new@t.test,New once more,,',
    'other@t.test,,nobody@t.test,Firm of t',
    'no address,,,',
    'more@t.test,More,,No firm',
  ].join('\n');
  const before = await app.engine.eventStore.head();
  const tried = await importCsv(app, { ...owned, csv, also, dryRun: true });
  const written = await eventsAfter(app.engine.eventStore, before);
  expect(written.filter(({ type }) => /^(record|association|reservation)/.test(type))).toEqual([]);
  expect(await app.api('GET', '/crm/v3/objects/contacts/new@t.test?idProperty=email')).toMatchObject({
    status: 404,
  });
  const done = await importCsv(app, { ...owned, csv, also });
  expect(tried).toMatchObject({ state: 'DONE', dryRun: true });
  expect(done).not.toHaveProperty('dryRun');
  expect(tried.metadata.counters).toEqual(done.metadata.counters);
  const shown = ({ errorType, invalidValue, sourceData }: ErrorAnswer) => [
    ...[sourceData.lineNumber, errorType, invalidValue],
  ];
  const errors = (await errorsOf(tried.id)).results.map(shown);
  expect(errors).toEqual((await errorsOf(done.id)).results.map(shown));
  expect(errors).toContainEqual([6, 'COULD_NOT_FIND_OWNER', 'nobody@t.test']);
  expect(await contact('there@t.test')).toMatchObject({ firstname: 'Changed' });
});

describe('a request that is not valid is refused, and nothing is kept', () => {
  const good = { ...contacts, csv: 'Mail,First,Last\na@e.test,A,\n' };
  const form = (part: Partial<Parameters<typeof importForm>[0]>) => importForm({ ...good, ...part });
  const withText = (text: string) => {
    const body = new FormData();
    body.append('importRequest', text);
    body.append('files', new Blob(['Mail\n']), 'file.csv');
    return body;
  };
  test.each<[string, () => FormData, string]>([
    ['an unknown property', () => form({ columns: { Mail: 'shoe_size' } }), 'columnMappings.0.propertyName'],
    ['an unknown object type', () => form({ type: '9-99' }), 'columnObjectTypeId'],
    [
      'a column that the header lacks',
      () => form({ columns: { Nope: 'email' } }),
      'columnMappings.0.columnName',
    ],
    ['a request that is not JSON', () => withText('{"name":'), 'importRequest'],
    ['a request without files', () => withText('{"name":"x","files":[]}'), 'importRequest.files'],
    ['an empty file', () => form({ csv: '' }), 'importRequest.files.0'],
    ['a header of millions of cells', () => form({ csv: ','.repeat(20_000_000) }), 'more than 16384 cells'],
    ['a spreadsheet', () => form({ csv: Buffer.from('PK\x03\x04rest of a zip') }), 'importRequest.files.0'],
    [
      'a file that is said to be UTF-8',
      () => form({ csv: Buffer.from('Mail,First,Last\nü', 'latin1'), encoding: 'UTF-8' }),
      'files.0',
    ],
    ['garbage', () => form({ csv: Buffer.alloc(10 * 1024 * 1024, 0xd8) }), 'importRequest.files.0'],
  ])('%s', async (_, body, place) => {
    const { eventStore } = app.engine;
    const [eventsBefore, filesBefore] = [await eventStore.head(), await folders()];
    const { status, body: answer } = await refusedImport(app, body());
    expect(status).toBe(400);
    expect(answer).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR' });
    expect(JSON.stringify((answer as { errors: unknown }).errors)).toContain(place);
    const { correlationId } = answer as { correlationId: string };
    // Meanwhile people are told of the imports that failed before: only what this request wrote counts.
    const after = await eventsAfter(eventStore, eventsBefore);
    expect(after.filter(({ meta }) => meta.correlationId === correlationId)).toEqual([]);
    for (const folder of await folders())
      if (!filesBefore.includes(folder)) expect(await app.engine.files.list(`imports/${folder}`)).toEqual([]);
  });

  test('no multipart', async () =>
    expect((await app.api('POST', '/crm/v3/imports', { name: 'x' })).status).toBe(415));
  test('an unknown import', async () => {
    for (const path of ['', '/errors', '/errors/file', '/progress'])
      expect((await app.api('GET', `/crm/v3/imports/1234${path}`)).status).toBe(404);
    expect((await app.api('POST', '/crm/v3/imports/1234/cancel')).status).toBe(404);
  });
  test('a key without the scope', async () => {
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      name: 'reader',
      scopes: ['crm.objects.contacts.read'],
    });
    const authorization = `Bearer ${token}`;
    expect((await app.api('GET', '/crm/v3/imports', undefined, { authorization })).status).toBe(403);
    expect((await app.api('POST', '/crm/v3/imports', form({}), { authorization })).status).toBe(403);
  });
});

test('the same request with the same Idempotency-Key is one import; with another file it is refused', async () => {
  const headers = { 'idempotency-key': 'spring-fair' };
  const send = (csv: string) =>
    app.api<ImportAnswer>('POST', '/crm/v3/imports', importForm({ ...contacts, csv }), headers);
  const csv = 'Mail,First,Last\nonce@f.test,Once,\n';
  const first = await send(csv);
  const again = await send(csv);
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.body.id).toBe(first.body.id);
  expect((await send(csv.replace('Once', 'Other'))).status).toBe(409);
  const done = await ended(app, first.body.id);
  expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: 1, CREATED_OBJECTS: 1 });
  expect(await app.engine.files.list(`imports/${done.id}`)).toEqual([]);
});

const manyRows = (count: number, host: string) =>
  `Mail,First,Last\n${Array.from({ length: count }, (_, n) =>
    n % 50 === 7 ? `no address ${n},Bad,\n` : `row${n}@${host},First ${n},Last ${n}\n`,
  ).join('')}`;

const eventsOf = (id: string) => app.engine.streams.history(importStream(id));

test('an import is cancelled within a moment, and says how far it got', async () => {
  const letOn = heldAfter(app, 'contact-', 500);
  const { id } = await startImport(app, {
    ...contacts,
    csv: manyRows(20_000, 'cancel.test'),
    name: 'Too many',
  });
  for await (const { done } of steps(app, id)) if (done > 0) break;
  const answering = app.ok<{ status: string }>('POST', `/crm/v3/imports/${id}/cancel`);
  for (let asked = false; !asked; await pause(10))
    asked = (await eventsOf(id)).some(({ type }) => type === 'import.cancel-requested.v1');
  // What is under way is finished before it has stopped.
  letOn();
  // For a moment the answer waits for that.
  expect((await answering).status).toMatch(/^(CANCELED|PENDING)$/);
  const done = await ended(app, id);
  expect(done).toMatchObject({ state: 'CANCELED', importName: 'Too many' });
  const { TOTAL_ROWS, CREATED_OBJECTS, ERRORS } = done.metadata.counters;
  expect(TOTAL_ROWS).toBeGreaterThan(0);
  expect(TOTAL_ROWS).toBeLessThan(20_000);
  expect(CREATED_OBJECTS! + ERRORS!).toBe(TOTAL_ROWS);
  const found = await app.ok<{ total: number }>('POST', '/crm/v3/objects/contacts/search', {
    filterGroups: [
      { filters: [{ propertyName: 'email', operator: 'CONTAINS_TOKEN', value: '*@cancel.test' }] },
    ],
    limit: 1,
  });
  expect(found.total).toBe(CREATED_OBJECTS);
  expect((await app.api('POST', `/crm/v3/imports/${id}/cancel`)).status).toBe(409);
});

test('an import goes on where it was when the server is restarted, and counts every row once', async () => {
  const count = 1_000;
  const letOn = heldAfter(app, 'contact-', 500);
  const { id } = await startImport(app, { ...contacts, csv: manyRows(count, 'restart.test') });
  for await (const { done } of steps(app, id)) if (done > 0) break;
  letOn();
  await app.restart();
  const done = await ended(app, id);
  expect(done.state).toBe('DONE');
  expect(done.metadata.counters).toEqual({
    TOTAL_ROWS: count,
    CREATED_OBJECTS: count - count / 50,
    CREATED_CONTACTS: count - count / 50,
    UPDATED_OBJECTS: 0,
    UNCHANGED_OBJECTS: 0,
    ERRORS: count / 50,
  });
  const emails = (await allRecords(app, 'contacts', ['email'])).map(({ properties }) => properties['email']);
  const imported = emails.filter((email) => email?.endsWith('@restart.test'));
  expect(new Set(imported).size).toBe(imported.length);
  expect(imported).toHaveLength(count - count / 50);
  const rows: number[] = [];
  for (let after: string | undefined = '0'; after !== undefined;) {
    const found = await errorsOf(id, `limit=200&after=${after}`);
    rows.push(...found.results.map(({ sourceData }) => sourceData.lineNumber));
    after = found.paging?.next.after;
  }
  expect(rows).toEqual(Array.from({ length: count / 50 }, (_, n) => n * 50 + 7 + 2));
});

test('a dry run that is restarted begins again, and still knows what its earlier rows would have made', async () => {
  const people = 3_000;
  const lines = Array.from({ length: 2 * people }, (_, n) => `dry${n % people}@again.test,First ${n},`);
  const csv = ['Mail,First,Last', ...lines].join('\n');
  const { id } = await startImport(app, { ...contacts, csv, dryRun: true });
  for await (const { done } of steps(app, id)) if (done > 0) break;
  await app.restart();
  const { metadata } = await ended(app, id);
  expect(metadata.counters).toMatchObject({
    ...{ TOTAL_ROWS: 2 * people, CREATED_OBJECTS: people, UPDATED_OBJECTS: people, ERRORS: 0 },
  });
});

test('the list holds the imports, newest first', async () => {
  const { results } = await app.ok<{ results: ImportAnswer[] }>('GET', '/crm/v3/imports?limit=3');
  expect(results).toHaveLength(3);
  const ids = results.map(({ id }) => Number(id));
  expect([...ids].sort((a, b) => b - a)).toEqual(ids);
});

test('an API key imports what it may also write record by record', async () => {
  const csv = 'Mail,First,Last\nscoped@a.test,A,\n';
  const tryWith = async (scopes: readonly string[]) => {
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      name: 'imports',
      scopes,
    });
    const form = importForm({ ...contacts, csv });
    return app.api('POST', '/crm/v3/imports', form, { authorization: `Bearer ${token}` });
  };
  const before = await folders();
  const refused = await tryWith(['crm.import', 'crm.objects.companies.write', 'crm.objects.read']);
  expect(refused).toMatchObject({ status: 403, body: { category: 'MISSING_SCOPES' } });
  expect(JSON.stringify(refused.body)).toContain('crm.objects.contacts.write');
  for (const folder of (await folders()).filter((name) => !before.includes(name)))
    expect(await app.engine.files.list(`imports/${folder}`)).toEqual([]);
  expect((await tryWith(['crm.import', 'crm.objects.contacts.write'])).status).toBe(200);
});

test('an import asked for while the read models are behind is not called unknown', async () => {
  const behind = await startApp(ownLog);
  // A list waits for the projections: from here on they are up to date, then behind.
  await behind.ok('GET', '/crm/v3/imports');
  await behind.engine.projector.stop();
  const answer = await refusedImport(
    behind,
    importForm({ ...contacts, csv: 'Mail,First,Last\nlate@a.test,,\n' }),
  );
  expect(answer).toMatchObject({ status: 503, body: { category: 'PROJECTION_BEHIND' } });
  await behind.restart();
  const { results } = await behind.ok<{ results: ImportAnswer[] }>('GET', '/crm/v3/imports');
  expect(await ended(behind, results[0]!.id)).toMatchObject({ state: 'DONE' });
  await behind.close();
});

describe('a preview', () => {
  const preview = (
    files: Readonly<Record<string, string | Blob>>,
    fields: Readonly<Record<string, string>> = {},
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const [name, csv] of Object.entries(files)) form.append('files', new Blob([csv]), name);
    return form;
  };
  const previewed = (form: FormData, headers?: Readonly<Record<string, string>>) =>
    app.api<ImportPreview & { message: string; category: string; errors?: { in: string }[] }>(
      ...(['POST', '/imports/v1/preview', form, headers] as const),
    );
  const keyOf = async (...scopes: string[]) => {
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      name: 'Import',
      scopes,
    });
    return { authorization: `Bearer ${token}` };
  };

  test('shows how files are read, keeps nothing, and what it suggests is imported as it stands', async () => {
    const company = await app.ok<{ id: string }>('POST', '/crm/v3/objects/companies', {
      properties: { name: 'Analytical Engines', domain: 'engines.test' },
    });
    const people = new Blob([
      Buffer.from('E-mail;First name;Shoe;Company ID\nj\xfcrgen@p.test;J\xfcrgen;44;', 'latin1'),
    ]);
    const files = {
      'people.csv': new Blob([people, company.id, '\n']),
      'firms.csv': 'Name,Company domain name\n"One, Two",one.test\n',
    };
    const [before, kept] = [await app.engine.eventStore.head(), await folders()];
    const { status, body } = await previewed(preview(files));
    expect(status).toBe(200);
    expect(await app.engine.eventStore.head()).toBe(before);
    expect(await folders()).toEqual(kept);
    expect(body.problems).toEqual([]);
    expect(body.files).toMatchObject([
      {
        ...{
          fileName: 'people.csv',
          encoding: 'WINDOWS-1252',
          delimiter: ';',
          objectType: 'contacts',
          lines: 3,
        },
        header: ['E-mail', 'First name', 'Shoe', 'Company ID'],
        columns: [
          { propertyName: 'email', ignored: false, columnType: 'HUBSPOT_ALTERNATE_ID' },
          { propertyName: 'firstname', propertyLabel: 'First Name', columnType: 'STANDARD' },
          { propertyName: null, ignored: true, reason: 'NOT_FOUND' },
          { columnType: 'HUBSPOT_OBJECT_ID', toColumnObjectTypeId: '0-2' },
        ],
        rows: [{ row: 2, cells: ['jürgen@p.test', 'Jürgen', '44', company.id] }],
        hasMore: false,
      },
      {
        ...{ fileName: 'firms.csv', encoding: 'UTF-8', delimiter: ',', objectType: 'companies' },
        rows: [{ row: 2, cells: ['One, Two', 'one.test'] }],
      },
    ]);
    const form = preview(files, { importRequest: JSON.stringify(body.importRequest) });
    const { id } = await app.ok<ImportAnswer>('POST', '/crm/v3/imports', form);
    const done = await ended(app, id);
    expect(done).toMatchObject({
      ...{ state: 'DONE', importName: 'people.csv' },
      readAs: body.files.map(({ fileName, encoding, delimiter }) => ({ fileName, encoding, delimiter })),
    });
    expect(done.metadata.counters).toMatchObject({
      ...{ TOTAL_ROWS: 2, CREATED_OBJECTS: 2, CREATED_ASSOCIATIONS: 1, ERRORS: 0 },
    });
  });

  test('says what an import would be refused for, and keeps what it was told', async () => {
    const sent = {
      name: 'Fair',
      files: [
        {
          ...{ fileName: 'a.csv', delimiter: ',', dateFormat: 'DAY_MONTH_YEAR' },
          fileImportPage: {
            columnMappings: [{ columnName: 'Mial', columnObjectTypeId: '0-1', propertyName: 'email' }],
          },
        },
      ],
    };
    const { body } = await previewed(
      preview(
        { 'a.csv': 'Mail,firstname\n' },
        { importRequest: JSON.stringify(sent), objectType: 'contact' },
      ),
    );
    expect(body.problems).toMatchObject([
      {
        in: 'importRequest.files.0.fileImportPage.columnMappings.2.columnName',
        message: expect.stringContaining('the nearest is "Mail"') as string,
      },
    ]);
    expect(body.importRequest).toMatchObject({
      ...{ name: 'Fair', importOperations: { '0-1': 'CREATE' } },
      files: [{ delimiter: ',', dateFormat: 'DAY_MONTH_YEAR' }],
    });
    const nothing = (await previewed(preview({ 'a.csv': 'Shoe,Hat\n1,2\n' }, { objectType: '0-2' }))).body;
    expect(nothing.problems).toMatchObject([
      {
        in: 'importRequest.files.0.fileImportPage.columnMappings',
        message: expect.stringContaining('companies') as string,
      },
    ]);
  });

  test.each([
    ['without a file', {}, {}, ['files']],
    ['of a spreadsheet', { 'a.csv': 'PK\x03\x04' }, {}, ['importRequest.files.0']],
    ['of a file without a line', { 'a.csv': '' }, {}, ['importRequest.files.0']],
    ['with a field that nobody knows', { 'a.csv': 'a' }, { type: 'contacts' }, ['type']],
    ['with a request that is not JSON', { 'a.csv': 'a' }, { importRequest: '{' }, ['importRequest']],
    [
      'with a request that holds a field that nobody knows',
      { 'a.csv': 'email' },
      { importRequest: '{"nmae":"x"}' },
      ['importRequest.nmae'],
    ],
    [
      'of a file that the request does not name',
      { 'a.csv': 'email', 'b.csv': 'email' },
      { importRequest: '{"files":[{"fileName":"a.csv"}]}' },
      ['files'],
    ],
  ])('%s is refused', async (_, files, fields, places) => {
    const { status, body } = await previewed(preview(files, fields));
    expect({ status, category: body.category, places: body.errors?.map((error) => error.in) }).toEqual({
      ...{ status: 400, category: 'VALIDATION_ERROR', places },
    });
  });

  test('is for those who may import what it shows', async () => {
    const form = () => preview({ 'a.csv': 'Email,Name\n' });
    const writing = await keyOf('crm.objects.contacts.write');
    expect((await previewed(form(), writing)).body.category).toBe('MISSING_SCOPES');
    expect((await previewed(form(), await keyOf('crm.import'))).body.category).toBe('MISSING_SCOPES');
    const both = await keyOf('crm.import', 'crm.objects.companies.write');
    expect((await previewed(form(), both)).body.files[0]!.objectType).toBe('companies');
    const ofContacts = preview({ 'a.csv': 'Email\n' }, { objectType: 'contacts' });
    expect((await previewed(ofContacts, both)).body.category).toBe('MISSING_SCOPES');
  });

  test('of a large file takes all of it, and keeps as little', async () => {
    const row = `${'x'.repeat(1_000)},y\n`;
    const large = new Blob(['email,firstname\n', row.repeat(5_000)]);
    const { status, body } = await previewed(preview({ 'large.csv': large }));
    expect(status).toBe(200);
    expect(body.files[0]).toMatchObject({ bytes: large.size, lines: 5_002, hasMore: true });
  });

  test('of a file that breaks off is refused, and the connection is not', async () => {
    const client = await RawClient.open(app.url);
    const body = '--x\r\ncontent-disposition: form-data; name="files"; filename="a.csv"\r\n\r\nemail';
    client.request('POST', '/imports/v1/preview', {
      ...{ authorization: `Bearer ${app.admin.token}`, 'content-length': body.length },
      'content-type': 'multipart/form-data; boundary=x',
    });
    client.send(body);
    expect((await client.answer())?.status).toBe(400);
    client.close();
  });
});
