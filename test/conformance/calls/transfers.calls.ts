// Rows of imports.json and exports.json.
import type { AnyJson } from '../../support/servers/app';
import { ended, importForm, startImport, type Importing } from '../../support/importing';
import type { Rows, World } from '../world';

const imports = '/crm/v3/imports';
const EXPORTS = '/crm/v3/exports/export';

const contacts = (world: World, rows: readonly string[]): Importing => ({
  name: world.name('Import'),
  type: '0-1',
  operation: 'UPSERT',
  columns: { Email: 'email', Amount: 'numemployees' },
  key: { column: 'Email', type: 'HUBSPOT_ALTERNATE_ID' },
  csv: ['Email,Amount', ...rows].join('\n'),
});

async function imported(world: World): Promise<string> {
  const good = `${world.name()}@example.com,`;
  const { id } = await startImport(world.app, contacts(world, [good, 'not an address,', 'not one either,']));
  await ended(world.app, id);
  return id;
}

const view = (world: World) => ({
  exportType: 'VIEW',
  exportName: world.name('Export'),
  format: 'CSV',
  language: 'EN',
  objectType: 'CONTACT',
  objectProperties: ['email', 'firstname'],
  associatedObjectType: [],
  exportInternalValuesOptions: ['NAMES', 'VALUES'],
  includeLabeledAssociations: false,
  includePrimaryDisplayPropertyForAssociatedObjects: false,
  overrideAssociatedObjectsPerDefinitionPerRowLimit: false,
  publicCrmSearchRequest: { filters: [], filterGroups: [], sorts: [], query: '' },
});
const started = (world: World): Promise<AnyJson> => world.app.ok('POST', `${EXPORTS}/async`, view(world));

export const transferRows: Rows = {
  [`GET ${imports}`]: async (call, world) => {
    await imported(world);
    await imported(world);
    const page = await call({ query: { limit: '1' }, status: 200 });
    await call({ query: { limit: '1', after: page.paging!.next.after }, status: 200 });
    await call({ query: { limit: 'all' }, status: 400 });
  },

  [`POST ${imports}`]: async (call, world) => {
    await call({ body: importForm(contacts(world, ['a@example.com,'])), status: 200 });
    const form = new FormData();
    form.append('importRequest', '{');
    await call({ body: form, status: 400 });
    await call({ body: { name: 'no form' }, status: 415 });
  },

  [`GET ${imports}/{importId}`]: async (call, world) => {
    await call({ path: [await imported(world)], status: 200 });
    await call({ path: ['404'], status: 404 });
  },

  [`POST ${imports}/{importId}/cancel`]: async (call, world) => {
    const rows = Array.from({ length: 5_000 }, (_, n) => `cancelled-${n}@example.com,`);
    const { id } = await startImport(world.app, contacts(world, rows));
    await call({ path: [id], status: 200 });
    await call({ path: ['404'], status: 404 });
  },

  [`GET ${imports}/{importId}/errors`]: async (call, world) => {
    const id = await imported(world);
    const query = { limit: '1', includeErrorMessage: 'true', includeRowData: 'true' };
    const page = await call({ path: [id], query, status: 200 });
    await call({ path: [id], query: { ...query, after: page.paging!.next.after }, status: 200 });
    await call({ path: ['404'], status: 404 });
  },

  [`POST ${EXPORTS}/async`]: async (call, world) => {
    await call({ body: view(world), status: 202 });
    await call({ body: { ...view(world), objectProperties: ['no_such'] }, status: 400 });
    await call({ body: { exportType: 'VIEW' }, status: 400 });
  },

  [`GET ${EXPORTS}/async/tasks/{taskId}/status`]: async (call, world) => {
    const { id } = await started(world);
    for (let state = ''; state !== 'COMPLETE';)
      state = (await call<{ status: string }>({ path: [id], status: 200 })).status;
    await call({ path: ['404'], status: 404 });
  },

  [`GET ${EXPORTS}/{exportId}`]: async (call, world) => {
    const { id } = await started(world);
    await call({ path: [id], status: 200 });
    let status = { status: '' };
    while (status.status !== 'COMPLETE')
      status = await world.app.ok('GET', `${EXPORTS}/async/tasks/${id}/status`);
    await call({ path: [id], status: 200 });
    await call({ path: ['404'], status: 404 });
  },
};
