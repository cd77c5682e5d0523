// From a row of the audit log to what it leads to: what it offers is what it does, its links lead somewhere, and the
// chain of causes ends with whoever asked.
import { randomUUID } from 'node:crypto';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { csvOf, exportBody, exported } from '../../support/exporting';
import { ended, heldAfter, importCsv, startImport } from '../../support/importing';
import { personIn, type Person } from '../../support/servers/people';
import { Restoring } from '../../support/restores/restoring';

interface Row {
  readonly id: string;
  readonly position: string;
  readonly action: string;
  readonly summary: string;
  readonly actor: { readonly type: string; readonly id: string };
  readonly target?: { readonly type: string; readonly id: string };
}
interface Told extends Row {
  readonly can: Readonly<Record<'restore' | 'download' | 'undo', boolean>>;
  readonly links: Readonly<Record<string, string>>;
  readonly client: { readonly device: { readonly name: string } | null; readonly loginType: string | null };
  readonly source?: { readonly type: string };
  readonly causes?: {
    readonly correlationId: string;
    readonly chain: readonly (Row & { links: { self: string } })[];
  };
  readonly withheld?: { readonly fields: readonly string[] };
}

let app: App;
let auditor: Person;
const restoring = new Restoring(() => app);
beforeAll(async () => {
  app = await startApp();
  await app.setUpTwoFactor();
  auditor = await personIn(app, { roleId: 'auditor' });
});
afterAll(() => app.close());

const rows = async (query: string) =>
  (await app.ok<{ results: Row[] }>('GET', `/audit/v1/entries?limit=200&sort=position&${query}`)).results;
const told = (id: string, as?: Person['as']) => app.ok<Told>('GET', `/audit/v1/entries/${id}`, undefined, as);
const rowOf = async (targetId: string, action: string) => {
  const found = (await rows(`targetId=${targetId}&includeNonUser=true`)).find((row) => row.action === action);
  return found!.id;
};
const create = async (type: string, properties: object = {}) =>
  (await app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id;
const followed = <T>(link: string | undefined) => app.ok<T>('GET', link!.slice(app.url.length));
const mail = () => `${randomUUID()}@actions.test`;

test('a deleted record comes back from its row, with its associations', async () => {
  const [contact, company] = [await create('contacts', { email: mail() }), await create('companies')];
  await app.ok('PUT', `/crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`);
  const partners = async () =>
    (await app.ok('GET', `/crm/v4/objects/companies/${company}/associations/contacts`)).results.map(
      ({ toObjectId }) => String(toObjectId),
    );
  expect(await partners()).toEqual([contact]);
  await app.ok('DELETE', `/crm/v3/objects/contacts/${contact}`);
  expect(await partners()).toEqual([]);
  const deletion = await told(await rowOf(contact, 'DELETE'));
  expect(deletion.can).toEqual({ restore: true, download: false, undo: true });
  expect((await told(deletion.id, auditor.as)).can).toEqual({ restore: false, download: false, undo: false });
  await app.ok('POST', deletion.links.restore!.slice(app.url.length));
  expect(await partners()).toEqual([contact]);
  expect((await told(deletion.id)).can).toMatchObject({ restore: false, undo: false });
});

test('an act is undone from its row as long as its record is there', async () => {
  const contact = await create('contacts', { email: mail(), firstname: 'Ada' });
  await app.ok('PATCH', `/crm/v3/objects/contacts/${contact}`, { properties: { firstname: 'Augusta' } });
  const change = await told(await rowOf(contact, 'UPDATE'));
  expect(change.can).toEqual({ restore: false, download: false, undo: true });
  const { id } = await app.ok('POST', change.links.undo!.slice(app.url.length));
  expect((await restoring.made(id)).status).toBe('READY');
  expect(await restoring.rows(id)).toMatchObject([{ kind: 'update', recordId: contact }]);
  await app.ok('DELETE', `/crm/v3/objects/contacts/${contact}`);
  expect((await told(change.id)).can.undo).toBe(false);
  const login = (await rows('category=LOGIN'))[0]!;
  expect((await told(login.id)).can).toEqual({ restore: false, download: false, undo: false });
});

test('a row leads to the history of its target, the record as it was then, and all of one request', async () => {
  const inputs = [{ properties: { email: mail(), firstname: 'Ada' } }, { properties: { email: mail() } }];
  const { results } = await app.ok('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
  const [ada, other] = results.map(({ id }) => id);
  await app.ok('PATCH', `/crm/v3/objects/contacts/${ada}`, { properties: { firstname: 'Augusta' } });
  const { links, causes } = await told(await rowOf(ada!, 'CREATE'));
  const history = await followed<{ results: Row[] }>(links.history);
  expect(history.results.map(({ action }) => action)).toEqual(['UPDATE', 'CREATE']);
  expect(await followed(`${links.recordThen}&properties=firstname`)).toMatchObject({
    properties: { firstname: 'Ada' },
  });
  expect(await followed(links.target)).toMatchObject({ id: ada });
  expect((await followed<Row>(links.self)).id).toBe(await rowOf(ada!, 'CREATE'));
  expect((await followed<{ results: Row[] }>(links.comments)).results).toEqual([]);
  const together = await followed<{ results: Row[] }>(links.sameCause);
  expect(together.results.map(({ target }) => target?.id).sort()).toEqual([ada, other].sort());
  expect(causes?.chain).toEqual([]);
});

test('what an import did leads to the import, and an undo of it to its plan and to what it takes back', async () => {
  const address = mail();
  const csv = `Mail\n${address}\n`;
  const imported = await importCsv(app, {
    type: '0-1',
    columns: { Mail: 'email' },
    csv,
    name: 'Autumn fair',
  });
  const [created] = await rows(`actor=${imported.id}&category=CRM_OBJECT`);
  const chainOf = async (id: string) => (await told(id)).causes?.chain ?? [];
  const [cause, ...none] = await chainOf(created!.id);
  expect(none).toEqual([]);
  expect(cause).toMatchObject({
    ...{ action: 'IMPORT', target: { type: 'imports', id: imported.id, label: 'Autumn fair' } },
    actor: { type: 'user', id: app.admin.id },
  });
  expect((await followed<Row>(cause!.links.self)).id).toBe(cause!.id);
  const all = await followed<{ results: Row[] }>((await told(created!.id)).links.sameCause);
  expect(all.results.map(({ actor }) => actor.id)).toContain(imported.id);

  const { id: planId } = await app.ok('POST', `/restores/v1/plans/undo`, {
    cause: { importId: imported.id },
  });
  await restoring.made(planId);
  const { id: restoreId } = await restoring.execute(planId);
  const deletion = await rowOf(created!.target!.id, 'DELETE');
  expect((await chainOf(deletion)).map(({ target }) => [target?.type, target?.id])).toEqual([
    ['restores', restoreId],
    ['plans', planId],
    ['imports', imported.id],
  ]);
});

test('the file of an export comes from each of its rows, to whoever may have it', async () => {
  await create('contacts', { email: mail() });
  const { id } = await exported(app, exportBody('contacts', ['email']));
  const asked = await told(await rowOf(id, 'EXPORT'));
  expect(asked.can.download).toBe(true);
  expect(await followed(asked.links.file)).toBe(await csvOf(app, id));
  expect((await told(asked.id, auditor.as)).can.download).toBe(false);
  expect((await app.api('GET', `/audit/v1/entries/${asked.id}/file`, undefined, auditor.as)).status).toBe(
    403,
  );
});

test('the file of an import is there until it has ended, and then refused by name', async () => {
  const csv = `Mail\n${mail()}\n`;
  const letOn = heldAfter(app, 'contact-', 0);
  const { id } = await startImport(app, { type: '0-1', columns: { Mail: 'email' }, csv });
  const row = await rowOf(id, 'IMPORT');
  const path = `/audit/v1/entries/${row}/file`;
  try {
    expect((await told(row)).can.download).toBe(true);
    expect(await app.ok<string>('GET', path)).toBe(csv);
    expect((await app.api('GET', `${path}?file=1`)).status).toBe(404);
  } finally {
    letOn();
  }
  await ended(app, id);
  expect((await told(row)).can.download).toBe(false);
  const { status, body } = await app.api('GET', path);
  expect([status, body.subCategory]).toEqual([404, 'IMPORT_UPLOAD_DELETED']);
  expect((await rows(`targetId=${id}&action=DOWNLOAD`)).map(({ summary }) => summary)).toEqual([
    'Downloaded a file of an import',
  ]);
});

test('the file of a backup comes from its row by the rules of backups', async () => {
  const { id } = await app.ok('POST', '/backups/v1/backups', {});
  await app.ok('GET', `/backups/v1/backups/${id}/progress`);
  const { id: row } = (await rows(`targetType=backups&targetId=${id}`))[0]!;
  const { can, links } = await told(row);
  expect(can).toEqual({ restore: false, download: true, undo: false });
  const file = await app.api('GET', links.file!.slice(app.url.length));
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'k',
    scopes: ['audit.read'],
  });
  const headers = { authorization: `Bearer ${token}` };
  expect((await told(row, headers)).can.download).toBe(false);
  expect((await app.api('GET', `/audit/v1/entries/${row}/file`, undefined, headers)).status).toBe(403);
});

test('a row without a file says so', async () => {
  const row = await rowOf(await create('contacts'), 'CREATE');
  expect((await app.api('GET', `/audit/v1/entries/${row}/file`)).status).toBe(404);
});

test('a smaller tier shows who, from where and with what, and where it leads, but not by what cause', async () => {
  const starter = await startApp({ ...ownLog, ACCOUNT_TIER: 'STARTER' });
  try {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
    const { id: keyId } = await starter.ok(
      ...(['POST', '/auth/v1/api-keys', { name: 'k', scopes: ['audit.read'] }] as const),
      { 'user-agent': agent },
    );
    const { results } = await starter.ok<{ results: Row[] }>('GET', `/audit/v1/entries?targetId=${keyId}`);
    const brief = await starter.ok<Told>('GET', `/audit/v1/entries/${results[0]!.id}`);
    expect(brief.client).toMatchObject({
      ...{ ip: '127.0.0.1', country: null, region: null, userAgent: agent, loginType: 'PASSWORD' },
      device: { name: 'Firefox 128 on Linux' },
    });
    expect(brief.withheld?.fields).toEqual(['changes', 'source', 'where', 'causes', 'metadata']);
    expect(brief).not.toHaveProperty('causes');
    expect(brief).not.toHaveProperty('terms');
    expect(Object.keys(brief.links).sort()).toEqual(['comments', 'history', 'self']);
  } finally {
    await starter.close();
  }
});
