// What whoever may not view everybody's records, or none of a type, learns of the jobs of others: nothing, since jobs
// tell of records.
import { exportBody, exported } from '../../support/exporting';
import { importCsv, importForm } from '../../support/importing';
import { personIn, roleIn, some, type Person } from '../../support/servers/people';
import { startApp, type AnyJson, type App } from '../../support/servers/app';

const deals = '/crm/v3/objects/deals';
const own = { view: 'own', edit: 'own', delete: 'own' } as const;

let app: App;
let me: Person;
beforeAll(async () => {
  app = await startApp();
  me = await personIn(app, { roleId: await roleIn(app, own, ['export', 'import']) });
});
afterAll(() => app.close());

const answer = (method: string, path: string, body?: object) => app.api<AnyJson>(method, path, body, me.as);
const status = async (method: string, path: string) => (await answer(method, path)).status;
const idsIn = async (path: string) => (await answer('GET', path)).body.results.map(({ id }) => id);
const created = async (properties: object) => (await app.ok('POST', deals, { properties })).id;

test('an export of others is not there, and their own is', async () => {
  await created({ dealname: some() });
  const body = exportBody('DEAL', ['dealname']);
  const [theirs, mine] = [await exported(app, body), await exported(app, body, me.as)];
  expect(mine.recordCount).toBe(0);
  expect(await idsIn('/crm/v3/exports?limit=100')).toEqual([mine.id]);
  const path = `/crm/v3/exports/export/${theirs.id}`;
  for (const [method, end] of [
    ['GET', ''],
    ['GET', '/progress'],
    ['GET', '/file'],
    ['POST', '/cancel'],
  ])
    expect(await status(method!, `${path}${end}`)).toBe(404);
  expect(await status('GET', `/crm/v3/exports/export/async/tasks/${theirs.id}/status`)).toBe(404);
});

test('an import of others is not there, and their own is', async () => {
  const asked = () => ({ csv: `Name\n${some()}`, type: '0-3', columns: { Name: 'dealname' } });
  const theirs = await importCsv(app, asked());
  const mine = await importCsv(app, asked(), me.as);
  expect(await idsIn('/crm/v3/imports?limit=100')).toEqual([mine.id]);
  const path = `/crm/v3/imports/${theirs.id}`;
  for (const end of ['', '/progress', '/errors', '/errors/file'])
    expect(await status('GET', `${path}${end}`)).toBe(404);
  expect(await status('POST', `${path}/cancel`)).toBe(404);
});

test('a restore from the bin of others is not there, and their own counts what is theirs', async () => {
  const dealname = some();
  const [theirs, mine] = [await created({ dealname }), await created({ dealname, hubspot_owner_id: me.id })];
  for (const id of [theirs, mine]) await app.ok('DELETE', `${deals}/${id}`);
  const body = {
    filterGroups: [{ filters: [{ propertyName: 'dealname', operator: 'EQ', value: dealname }] }],
  };
  const path = '/recycle-bin/v1/restores';
  const { id: ownId } = await app.ok('POST', '/recycle-bin/v1/deals/restore', body, me.as);
  await app.ok('GET', `${path}/${ownId}/progress`, undefined, me.as);
  const { body: done } = await answer('GET', `${path}/${ownId}`);
  expect(done).toMatchObject({ outcomes: { restored: 1, refused: 0 }, progress: { total: 1 } });
  const { id: theirId } = await app.ok('POST', '/recycle-bin/v1/deals/restore', body);
  await app.ok('GET', `${path}/${theirId}/progress`);
  expect(await idsIn(`${path}?limit=100`)).toEqual([ownId]);
  for (const end of ['', '/records', '/progress'])
    expect(await status('GET', `${path}/${theirId}${end}`)).toBe(404);
});

test('an import finds by their names records that its requester may view, and no others', async () => {
  const [shared, strange] = [some(), some()];
  const mine = await created({ dealname: shared, hubspot_owner_id: me.id });
  const theirs = [await created({ dealname: shared }), await created({ dealname: strange })];
  const key = { column: 'Name', type: 'HUBSPOT_ALTERNATE_ID' } as const;
  const columns = { Name: 'dealname', Amount: 'amount' };
  const csv = ['Name,Amount', `${shared},5`, `${strange},5`, `${some()},5`].join('\n');
  const { id } = await importCsv(app, { csv, type: '0-3', columns, operation: 'UPDATE', key }, me.as);
  const { body } = await answer('GET', `/crm/v3/imports/${id}/errors`);
  const { errorType, errorMessage } = body.results[1]!;
  expect(errorType).toBe('UPDATE_ONLY_IMPORT');
  expect(body.results).toMatchObject([
    { errorType, errorMessage },
    { errorType, errorMessage },
  ]);
  const amountOf = async (one: string) =>
    (await app.ok<{ properties: object }>('GET', `${deals}/${one}?properties=amount`)).properties;
  expect(await amountOf(mine)).toMatchObject({ amount: '5' });
  for (const one of theirs) expect(await amountOf(one)).toMatchObject({ amount: null });
});

test('a cell that names a record of others names none, and the list of errors does not tell its id', async () => {
  const strange = some();
  const theirs = await created({ dealname: strange });
  const toDeals = { columnObjectTypeId: '0-1', toColumnObjectTypeId: '0-3', columnName: 'Deal' };
  const asked = {
    type: '0-1',
    columns: { Email: 'email' },
    also: [{ ...toDeals, propertyName: 'dealname' }],
  };
  const csv = ['Email,Deal', `${some()}@a.test,${strange}`, `${some()}@a.test,${some()}`].join('\n');
  const { id } = await importCsv(app, { csv, ...asked }, me.as);
  const { body } = await answer('GET', `/crm/v3/imports/${id}/errors`);
  const errorType = 'ASSOCIATION_RECORD_NOT_FOUND';
  expect(body.results).toMatchObject([{ errorType }, { errorType }]);
  expect(JSON.stringify(body)).not.toContain(theirs);
});

test('a column that names its type by an association type alone is judged by that type, too', async () => {
  const hidden = { view: 'none', edit: 'none', delete: 'none' } as const;
  const requester = await personIn(app, { roleId: await roleIn(app, hidden, ['import']) });
  const also = [
    {
      columnObjectTypeId: '0-1',
      columnName: 'Deal',
      columnType: 'HUBSPOT_OBJECT_ID',
      foreignKeyType: { associationTypeId: 4 },
    },
  ];
  const csv = `Email,Deal\n${some()}@a.test,${await created({})}`;
  const form = importForm({ csv, type: '0-1', columns: { Email: 'email' }, also });
  expect((await app.api('POST', '/crm/v3/imports', form, requester.as)).status).toBe(403);
});

test('the progress of an export counts what its requester may view', async () => {
  const body = exportBody('DEAL', ['dealname']);
  const { id } = await app.ok('POST', '/crm/v3/exports/export/async', body, me.as);
  const told = await app.ok<string>('GET', `/crm/v3/exports/export/${id}/progress`, undefined, me.as);
  const { recordCount } = await app.ok<{ recordCount: number }>(
    'GET',
    `/crm/v3/exports/export/${id}`,
    undefined,
    me.as,
  );
  const totals = [...told.matchAll(/"total":(\d+)/g)].map(([, total]) => Number(total));
  expect(Math.max(...totals)).toBeLessThanOrEqual(recordCount);
});

test('whoever ends a user is told how many records the user owns of those that they may view', async () => {
  const manager = await personIn(app, { roleId: await roleIn(app, own, ['users']) });
  const leaver = await personIn(app, { roleId: 'viewer' });
  await created({ hubspot_owner_id: leaver.id });
  await app.ok('POST', '/crm/v3/objects/companies', { properties: { hubspot_owner_id: leaver.id } });
  const { owned } = await app.ok<{ owned: object[] }>(
    ...(['POST', `/settings/v3/users/${leaver.id}/deactivate`, undefined, manager.as] as const),
  );
  expect(owned).toMatchObject([{ objectType: 'companies', total: 1 }]);
});

test('an entry of the audit log offers no restore of a record that its reader may not view', async () => {
  const reader = await personIn(app, { roleId: await roleIn(app, own, ['auditRead']) });
  const [theirs, mine] = [await created({}), await created({ hubspot_owner_id: reader.id })];
  const offered = async (id: string) => {
    await app.ok('DELETE', `${deals}/${id}`);
    const path = '/audit/v1/entries';
    const query = `targetType=deals&targetId=${id}&action=DELETE`;
    const { body } = await app.api<AnyJson>('GET', `${path}?${query}`, undefined, reader.as);
    const entry = `${path}/${body.results[0]!.id}`;
    return (await app.api<{ can: object }>('GET', entry, undefined, reader.as)).body.can;
  };
  expect(await offered(mine)).toMatchObject({ restore: true });
  expect(await offered(theirs)).toMatchObject({ restore: false });
});

describe('whoever has no right on a type', () => {
  const nothing = { view: 'none', edit: 'none', delete: 'none' } as const;
  let seller: Person;
  beforeAll(async () => {
    seller = await personIn(app, { roleId: await roleIn(app, nothing, ['export', 'import']) });
  });
  const sees = async (path: string, ids: readonly string[]) => {
    const { body } = await app.api<AnyJson>('GET', `${path}?limit=200`, undefined, seller.as);
    const listed = new Set(body.results.map(({ id }) => id));
    return ids.filter((id) => listed.has(id));
  };
  const statusAs = async (method: string, path: string) =>
    (await app.api(method, path, undefined, seller.as)).status;
  const contacts = { csv: `Email\n${some()}@a.test`, type: '0-1', columns: { Email: 'email' } } as const;

  test('knows of no export that shows it, and of others', async () => {
    const hidden = await exported(app, exportBody('DEAL', ['dealname']));
    const shown = await exported(app, exportBody('CONTACT', ['email']));
    const beside = await exported(app, {
      ...exportBody('CONTACT', ['email']),
      associatedObjectType: ['deals'],
    });
    const mine = await exported(app, exportBody('CONTACT', ['email']), seller.as);
    const ids = [hidden.id, shown.id, beside.id, mine.id];
    expect(await sees('/crm/v3/exports', ids)).toEqual([shown.id, mine.id]);
    const path = (id: string) => `/crm/v3/exports/export/${id}`;
    expect(await Promise.all(ids.map((id) => statusAs('GET', path(id))))).toEqual([404, 200, 404, 200]);
    for (const [method, end] of [
      ['GET', '/progress'],
      ['GET', '/file'],
      ['POST', '/cancel'],
    ])
      expect(await statusAs(method!, `${path(hidden.id)}${end}`)).toBe(404);
    expect(await statusAs('GET', `/crm/v3/exports/export/async/tasks/${hidden.id}/status`)).toBe(404);
  });

  test('knows of no import that wrote it, and of others', async () => {
    const csv = `Name\n${some()}`;
    const hidden = await importCsv(app, { csv, type: '0-3', columns: { Name: 'dealname' } });
    const [shown, mine] = [await importCsv(app, contacts), await importCsv(app, contacts, seller.as)];
    const ids = [hidden.id, shown.id, mine.id];
    expect(await sees('/crm/v3/imports', ids)).toEqual([shown.id, mine.id]);
    const path = (id: string) => `/crm/v3/imports/${id}`;
    expect(await Promise.all(ids.map((id) => statusAs('GET', path(id))))).toEqual([404, 200, 200]);
    for (const end of ['/progress', '/errors', '/errors/file'])
      expect(await statusAs('GET', `${path(hidden.id)}${end}`)).toBe(404);
    expect(await statusAs('POST', `${path(hidden.id)}/cancel`)).toBe(404);
  });

  test('knows of no restore from the bin that brought it back', async () => {
    const id = await created({ dealname: some() });
    await app.ok('DELETE', `${deals}/${id}`);
    const filters = [{ propertyName: 'hs_object_id', operator: 'EQ', value: id }];
    const job = await app.ok('POST', '/recycle-bin/v1/deals/restore', { filterGroups: [{ filters }] });
    const path = `/recycle-bin/v1/restores/${job.id}`;
    await app.ok('GET', `${path}/progress`);
    expect(await sees('/recycle-bin/v1/restores', [job.id])).toEqual([]);
    expect(await statusAs('GET', path)).toBe(404);
    expect(await statusAs('POST', `${path}/cancel`)).toBe(404);
  });

  test('by a key, too: it knows of the jobs of its person, and of those whose types it may read', async () => {
    const scopes = ['crm.export', 'crm.objects.contacts.read'];
    const other = await personIn(app, { roleId: 'admin' });
    const asked = await app.api<{ token: string }>(
      'POST',
      '/auth/v1/api-keys',
      { name: 'k', scopes },
      other.as,
    );
    const key = { authorization: `Bearer ${asked.body.token}` };
    const hidden = await exported(app, exportBody('DEAL', ['dealname']));
    const own = await exported(app, exportBody('DEAL', ['dealname']), other.as);
    const status = async (id: string) =>
      (await app.api('GET', `/crm/v3/exports/export/${id}`, undefined, key)).status;
    expect([await status(hidden.id), await status(own.id)]).toEqual([404, 200]);
  });
});
