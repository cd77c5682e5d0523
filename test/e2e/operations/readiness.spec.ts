// A process says that it is ready when it serves writes, too: on an old log with an empty read store not before what writes
// need of the read models has been made.
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { projections } from '../../../projections';
import { parseConfig, type Role } from '../../../src/config';
import { systemMeta } from '../../../src/caller';
import { startServer, type Server } from '../../../src/server';
import { pause } from '../../../src/supervision/pause';
import { adminEmail, adminPassword } from '../../support/servers/app';
import { temporaryFolder } from '../../support/read-side';

const LOOK_MS = 50;
/** Data that no projection can apply. */
const NOTHING = null as unknown as object;
const NEEDED = ['properties', 'schemas', 'users'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Server;
let token = '';
beforeAll(async () => void (folder = await temporaryFolder()));
afterAll(() => folder.remove());

const start = async (ROLE?: readonly Role[]) => {
  const config = parseConfig({
    PORT: '0',
    DATA_DIR: folder.path,
    LOG_LEVEL: 'silent',
    BOOTSTRAP_ADMIN_EMAIL: adminEmail,
    BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
  });
  server = await startServer({ ...config, ...(ROLE && { ROLE }) });
};

async function call<T = { message: string }>(method: string, path: string, body?: object) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(server.url + path, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}
interface Ready {
  readonly status: string;
  readonly stopped: readonly string[];
  readonly catchingUp: readonly { projection: string; applied: string; of: string }[];
}
const ready = () => call<Ready>('GET', '/health/ready');
const create = (lastname: string) =>
  call('POST', '/crm/v3/objects/contacts', { properties: { lastname, tier: 'gold' } });

test('only what writes need is waited for', () => {
  const needed = projections.filter(({ neededBy }) => neededBy === 'writes').map(({ name }) => name);
  expect(needed.sort()).toEqual(NEEDED);
});

test('a process on an empty log is ready at once', async () => {
  await start();
  expect(await ready()).toMatchObject({
    status: 200,
    body: { status: 'ready', catchingUp: [], stopped: [] },
  });
  const login = { email: adminEmail, password: adminPassword };
  token = (await call<{ accessToken: string }>('POST', '/auth/v1/login', login)).body.accessToken;
  const property = { name: 'tier', label: 'Tier', type: 'string', fieldType: 'text' };
  const defined = await call('POST', '/crm/v3/properties/contacts', {
    ...property,
    groupName: 'contactinformation',
  });
  expect(defined.status).toBe(201);
  for (let i = 0; i < 20; i++) expect((await create(`Before ${i}`)).status).toBe(201);
  await server.close();
});

test('one whose read store is empty says how far it is, and refuses what it cannot check', async () => {
  for (const name of await readdir(folder.path))
    if (name.startsWith('read.db')) await rm(join(folder.path, name));
  // Nobody makes the read models meanwhile.
  await start(['api']);
  const { status, body } = await ready();
  expect({ status, told: body.status }).toEqual({ status: 503, told: 'catching-up' });
  const head = String(await server.engine.eventStore.head());
  expect(body.catchingUp.map(({ projection, ...far }) => [projection, far]).sort()).toEqual(
    NEEDED.map((name) => [name, { applied: '-1', of: head }]),
  );
  expect((await create('Too early')).status).toBe(503);
  await server.close();
});

test('once it is ready the next write is carried out, however much is still to be applied', async () => {
  await start();
  while ((await ready()).status !== 200) await pause(LOOK_MS);
  expect((await create('After')).status).toBe(201);
  expect((await ready()).body.catchingUp).toEqual([]);
  await server.close();
});

test('one whose projection stops that writes need is not ready, and says which', async () => {
  await start();
  const stopAt = (stream: string, type: string) =>
    server.engine.eventStore.append(
      stream,
      [{ id: randomUUID(), type, data: NOTHING, meta: systemMeta('readiness') }],
      -1,
    );
  const stopped = async (name: string) => {
    const all = (await server.engine.projector.status()).filter(({ state }) => state === 'stopped');
    return all.some((projection) => projection.name === name);
  };
  // Not all are needed.
  await stopAt('contact-broken', 'record.created.v1');
  await stopAt('import-broken', 'import.requested.v1');
  while (!(await stopped('records')) || !(await stopped('imports'))) await pause(LOOK_MS);
  expect(await ready()).toMatchObject({ status: 200, body: { status: 'ready', stopped: [] } });
  await stopAt('property_contact-broken', 'property.created.v1');
  while (!(await stopped('properties'))) await pause(LOOK_MS);
  expect(await ready()).toMatchObject({
    status: 503,
    body: { status: 'unavailable', stopped: ['properties'] },
  });
  await server.close();
});

test('a worker needs those in which it finds its jobs, too', async () => {
  await start(['api']);
  expect((await ready()).body.stopped).toEqual(['properties']);
  await server.close();
  await start(['worker']);
  const { status, body } = await ready();
  expect({ status, stopped: body.stopped.toSorted() }).toEqual({
    status: 503,
    stopped: ['imports', 'properties'],
  });
  await server.close();
});
