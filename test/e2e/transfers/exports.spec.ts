// Exports over HTTP: what is in the file, who gets it, and what is refused.
import { createHash } from 'node:crypto';
import { ownLog, startApp, type AnyJson, type App } from '../../support/servers/app';
import {
  csvOf,
  exportBody,
  exported,
  rowsOf,
  type ExportAnswer,
  type TaskAnswer,
} from '../../support/exporting';

const start = '/crm/v3/exports/export/async';
const property = (name: string, type: string, more: object = {}) => ({
  ...{ name, label: name, type, groupName: 'contactinformation' },
  fieldType: type === 'string' ? 'text' : type,
  ...more,
});
const options = ['red', 'blue'].map((value) => ({ label: value.toUpperCase(), value }));

describe('exports', () => {
  let app: App;
  const ids: Record<string, string> = {};
  const create = async (name: string, properties: Record<string, string>) => {
    const { id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties });
    ids[name] = id;
  };

  beforeAll(async () => {
    // What a file holds whole is told.
    app = await startApp(ownLog);
    const colours = { fieldType: 'checkbox', options };
    await app.ok('POST', '/crm/v3/properties/contacts', property('colours', 'enumeration', colours));
    await app.ok('POST', '/crm/v3/properties/contacts', property('score', 'number'));
    await create('ada', { email: 'ada@example.com', city: 'London', colours: 'red;blue', score: '10' });
    await create('bob', { email: 'bob@example.com', city: '\n=HYPERLINK("x")', score: '-9' });
    await create('eve', { email: 'eve@example.com', city: 'a "b",\r\nc', score: '100' });
    await create('gone', { email: 'gone@example.com', city: 'London' });
    await app.ok('DELETE', `/crm/v3/objects/contacts/${ids.gone}`);
  });
  afterAll(() => app.close());

  test('a file holds the live records and the values asked for, under internal names', async () => {
    expect(await rowsOf(app, exportBody('contacts', ['email', 'colours', 'score']))).toEqual([
      ['hs_object_id', 'email', 'colours', 'score'],
      [ids.ada, 'ada@example.com', 'red;blue', '10'],
      [ids.bob, 'bob@example.com', '', '-9'],
      [ids.eve, 'eve@example.com', '', '100'],
    ]);
  });

  test('without internal names and values it holds labels', async () => {
    const body = exportBody('CONTACT', ['email', 'colours'], { exportInternalValuesOptions: [] });
    const [header, ada] = await rowsOf(app, body);
    expect(header).toEqual(['Record ID', 'Email', 'colours']);
    expect(ada).toEqual([ids.ada, 'ada@example.com', 'RED;BLUE']);
  });

  test('cells that start a formula are escaped, and quotes and line breaks are kept', async () => {
    const { id } = await exported(app, exportBody('contacts', ['city']));
    const response = await fetch(`${app.url}/crm/v3/exports/export/${id}/file`, {
      headers: { authorization: `Bearer ${app.admin.token}` },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('etag')).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`);
    expect(bytes.toString('utf8')).toBe(
      `\ufeffhs_object_id,city,strata:export\r\n${ids.ada},London,\r\n${ids.bob},"'\n=HYPERLINK(""x"")",\r\n` +
        `${ids.eve},"a ""b"",\r\nc",\r\n`,
    );
  });

  test('filters, search text and sorts mean what they mean in a search', async () => {
    const asked = (publicCrmSearchRequest: object) =>
      rowsOf(app, exportBody('contacts', ['score'], { publicCrmSearchRequest }));
    const scores = async (request: object) => (await asked(request)).slice(1).map(([, score]) => score);
    const filters = [{ propertyName: 'score', operator: 'GTE', value: '10' }];
    expect(await scores({ filters, sorts: ['-score'] })).toEqual(['100', '10']);
    const sorts = [{ propertyName: 'score', order: 'ASC' }];
    expect(await scores({ filterGroups: [{ filters }], filters: [], sorts })).toEqual(['10', '100']);
    expect(await scores({ sorts })).toEqual(['-9', '10', '100']);
    expect(await scores({ query: 'bob@', filterGroups: [], filters: [], sorts: [] })).toEqual(['-9']);
  });

  test('associated records stand beside their own, as they were at that moment', async () => {
    const company = async (name: string) =>
      (await app.ok('POST', '/crm/v3/objects/companies', { properties: { name } })).id;
    const [one, two, gone] = [await company('=One'), await company('Two'), await company('Gone')];
    const link = (id: string) => `/crm/v4/objects/contacts/${ids.ada}/associations/companies/${id}`;
    const primary = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }];
    await app.ok('PUT', link(one), primary);
    for (const id of [two, gone])
      await app.ok('PUT', `/crm/v4/objects/contact/${ids.ada}/associations/default/company/${id}`);
    await app.ok('DELETE', `/crm/v3/objects/companies/${gone}`);
    const more = {
      ...{ associatedObjectType: ['COMPANY', '0-3'], includeLabeledAssociations: true },
      includePrimaryDisplayPropertyForAssociatedObjects: true,
    };
    const { id } = await app.ok('POST', start, exportBody('contacts', ['email'], more));
    await app.ok('DELETE', link(two));
    await app.ok('GET', `/crm/v3/exports/export/${id}/progress`);
    const lines = (await csvOf(app, id)).split('\r\n');
    expect(lines[0]).toBe(
      'hs_object_id,email,Associated Company IDs,Associated Company,Associated Company labels,' +
        'Associated Deal IDs,Associated Deal,Associated Deal labels,strata:export',
    );
    expect(lines[1]).toBe(`${ids.ada},ada@example.com,${one};${two},'=One;Two,Primary;,,,,`);
    expect(lines[2]).toBe(`${ids.bob},bob@example.com,,,,,,,`);
  });

  test('it holds the records of the moment it was asked for', async () => {
    const { id } = await app.ok('POST', start, exportBody('contacts', ['email']));
    await create('late', { email: 'late@example.com' });
    await app.ok('GET', `/crm/v3/exports/export/${id}/progress`);
    expect(await csvOf(app, id)).not.toContain('late@example.com');
    await app.ok('DELETE', `/crm/v3/objects/contacts/${ids.late}`);
  });

  test('the status brings a link that needs no token', async () => {
    const { id } = await exported(app, exportBody('contacts', ['email']));
    const task = await app.ok<TaskAnswer>('GET', `${start}/tasks/${id}/status`);
    expect(task).toMatchObject({ status: 'COMPLETE', numErrors: 0, errors: [] });
    const response = await fetch(task.result!);
    expect(await response.text()).toContain('ada@example.com');
    const forged = await fetch(task.result!.replace(/expires=\d/, 'expires=9'));
    expect(forged.status).toBe(403);
    expect(await forged.json()).toMatchObject({ subCategory: 'LINK_EXPIRED' });
  });

  test('each export and each download stands in the audit log', async () => {
    const { id } = await exported(app, exportBody('contacts', ['email'], { exportName: 'Quarterly' }));
    await csvOf(app, id);
    const found = await app.ok<{ results: { id: string; action: string; subCategory: string }[] }>(
      'GET',
      `/audit/v1/entries?targetId=${id}`,
    );
    expect(found.results.map(({ action }) => action)).toEqual(['DOWNLOAD', 'EXPORT']);
    expect(new Set(found.results.map(({ subCategory }) => subCategory))).toEqual(new Set(['EXPORT']));
    const row = found.results[1]!.id;
    expect(await app.ok('GET', `/audit/v1/entries/${row}`)).toMatchObject({ can: { download: true } });
    expect(await app.ok<string>('GET', `/audit/v1/entries/${row}/file`)).toBe(await csvOf(app, id));
    const { results } = await app.ok('GET', '/audit/v1/entries?action=CREATE&limit=1');
    expect((await app.api('GET', `/audit/v1/entries/${results[0]!.id}/file`)).status).toBe(404);
  });

  test('exports are listed, the newest first, and one that is done cannot be cancelled', async () => {
    const { id, recordCount } = await exported(app, exportBody('contacts', []));
    expect(recordCount).toBe(3);
    const list = await app.ok<{ results: ExportAnswer[] }>('GET', '/crm/v3/exports?limit=2');
    expect(list.results[0]).toMatchObject({ id, exportState: 'DONE', fileStatus: 'AVAILABLE' });
    expect((await app.api('POST', `/crm/v3/exports/export/${id}/cancel`)).status).toBe(409);
  });

  test('a repeat with the same Idempotency-Key is the same export', async () => {
    const ask = () =>
      app.ok('POST', start, exportBody('contacts', ['email']), { 'idempotency-key': 'export-once' });
    expect((await ask()).id).toBe((await ask()).id);
  });

  test.each<[string, object]>([
    ['exportType', exportBody('contacts', ['email'], { exportType: 'LIST', listId: '1' })],
    ['format', exportBody('contacts', ['email'], { format: 'xlsx' })],
    ['nosuch', exportBody('contacts', ['email', 'nosuch'])],
    ['nosuch', exportBody('contacts', ['email'], { publicCrmSearchRequest: { sorts: ['nosuch'] } })],
    ['exportInternalValuesOptions', exportBody('contacts', [], { exportInternalValuesOptions: ['IDS'] })],
    ['object type', exportBody('spaceships', ['email'])],
  ])('a request with a wrong %s is refused and nothing is kept', async (named, body) => {
    const before = (await app.ok('GET', '/crm/v3/exports?limit=1')).results[0]!.id;
    const { status, body: refusal } = await app.api<AnyJson>('POST', start, body);
    expect(status).toBe(400);
    expect(refusal.message).toContain(named);
    expect((await app.ok('GET', '/crm/v3/exports?limit=1')).results[0]!.id).toBe(before);
  });

  test('an API key exports only what it may read', async () => {
    const key = async (scopes: string[]) =>
      `Bearer ${(await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'k', scopes })).token}`;
    const exporter = await key(['crm.export']);
    const body = exportBody('contacts', ['email']);
    expect((await app.api('POST', start, body, { authorization: exporter })).status).toBe(403);
    const { id } = await exported(app, body);
    for (const path of [`/export/${id}/file`, `/export/async/tasks/${id}/status`])
      expect(
        (await app.api('GET', `/crm/v3/exports${path}`, undefined, { authorization: exporter })).status,
      ).toBe(403);
    const reader = await key(['crm.export', 'crm.objects.contacts.read']);
    expect((await app.api('POST', start, body, { authorization: reader })).status).toBe(202);
  });

  test('sensitive values are left out for a key without the scope, and so is the file for others', async () => {
    await app.ok(
      'POST',
      '/crm/v3/properties/contacts',
      property('health', 'string', { dataSensitivity: 'sensitive' }),
    );
    await app.ok('PATCH', `/crm/v3/objects/contacts/${ids.ada}`, { properties: { health: 'good' } });
    const scopes = ['crm.export', 'crm.objects.contacts.read'];
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'k', scopes });
    const key = { authorization: `Bearer ${token}` };
    const body = exportBody('contacts', ['health']);
    const { id } = await app.ok('POST', start, body, key);
    await app.ok('GET', `/crm/v3/exports/export/${id}/progress`);
    const without = await app.ok<string>('GET', `/crm/v3/exports/export/${id}/file`, undefined, key);
    expect(without.split('\r\n')[0]).toBe('hs_object_id,strata:export');
    expect(without).not.toMatch(/good|\*/);
    expect(await app.ok('GET', `/crm/v3/exports/export/${id}`, undefined, key)).toMatchObject({
      maskedProperties: ['health'],
    });
    const open = await exported(app, body);
    expect(await csvOf(app, open.id)).toContain('good');
    for (const path of [`/export/${open.id}/file`, `/export/async/tasks/${open.id}/status`])
      expect((await app.api('GET', `/crm/v3/exports${path}`, undefined, key)).status).toBe(403);
    const filters = [{ propertyName: 'health', operator: 'EQ', value: 'good' }];
    const spying = exportBody('contacts', ['email'], { publicCrmSearchRequest: { filters } });
    expect((await app.api('POST', start, spying, key)).status).toBe(403);
  });

  test('an erased record stays in no file, neither as itself nor beside others', async () => {
    const company = (
      await app.ok('POST', '/crm/v3/objects/companies', { properties: { name: 'Erased & Co' } })
    ).id;
    await app.ok('PUT', `/crm/v4/objects/contact/${ids.eve}/associations/default/company/${company}`);
    const beside = {
      ...{ associatedObjectType: 'COMPANY', includePrimaryDisplayPropertyForAssociatedObjects: true },
    };
    const first = await exported(app, exportBody('contacts', ['email'], beside));
    const other = await exported(app, exportBody('contacts', ['email']));
    expect(await csvOf(app, first.id)).toContain('Erased & Co');
    await app.ok('POST', '/crm/v3/objects/companies/gdpr-delete', { objectId: company });
    const fetched = () => app.api<AnyJson>('GET', `/crm/v3/exports/export/${first.id}/file`);
    let answer = await fetched();
    for (const until = AbortSignal.timeout(30_000); answer.status === 200; answer = await fetched())
      until.throwIfAborted();
    expect(answer.body.subCategory).toBe('EXPORT_WITHDRAWN');
    expect(await csvOf(app, other.id)).toContain('eve@example.com');
    const again = await exported(app, exportBody('contacts', ['email'], beside));
    expect(await csvOf(app, again.id)).not.toContain('Erased & Co');
  });

  test('an unknown export is not found', async () => {
    for (const path of ['/export/1', '/export/1/file', '/export/async/tasks/1/status'])
      expect((await app.api('GET', `/crm/v3/exports${path}`)).status).toBe(404);
  });
});
