// Drills in a deployment split by ROLE: the worker makes them, and each process, the api above all, tells how the last
// one went.
import { randomUUID } from 'node:crypto';
import { records } from '../../projections/crm/records';
import { collectionOf } from '../../projections/projection';
import type { Role } from '../../src/config';
import { recordDocumentId } from '../../src/crm/records/record.vocabulary';
import { pause } from '../../src/supervision/pause';
import type { Left } from '../crash/rebuilt';
import { caughtUp, Client } from './client';
import type { Deployment } from './deployment';
import { startDeployment } from './start';

interface Drill {
  readonly id: string;
  readonly status: string;
  readonly at: string;
  readonly position: string;
  readonly differences: number | null;
  readonly seconds: number;
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
}
interface Ready {
  readonly drill: { readonly at: string; readonly ok: boolean } | null;
  readonly faults: readonly { readonly part: string }[];
}
interface Created {
  readonly results: readonly { readonly id: string }[];
}

const DRILLS = '/backups/v1/drills';
const LOOK_MS = 100;
const RECORDS = 300;

let deployment: Deployment;
let client: Client;
let left: Left;
beforeAll(async () => {
  deployment = await startDeployment(['api', 'projector', 'worker']);
  client = new Client(deployment, () => 0);
  await client.logIn();
  left = await deployment.left();
});
afterAll(async () => {
  await left?.close();
  await deployment.remove();
});

async function until<T>(read: () => Promise<T>, seen: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await read();
    if (seen(found)) return found;
    await pause(LOOK_MS);
  }
}
const member = (role: Role) => deployment.members.find((one) => one.role === role)!;
const told = async (role: Role, path: string) => (await fetch(member(role).url + path)).text();
const ready = async (role: Role) => JSON.parse(await told(role, '/health/ready')) as Ready;
const failing = ({ faults }: Ready) => faults.some(({ part }) => part === 'drill');
const drillOf = (id: string) => client.get<Drill>(`${DRILLS}/${id}`);
const ended = (id: string) =>
  until(
    () => drillOf(id),
    ({ status }) => status !== 'PENDING',
  );

async function contacts(n: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let made = 0; made < n; made += 100) {
    const inputs = Array.from({ length: 100 }, () => ({
      properties: { email: `${randomUUID()}@split.test`, city: 'London' },
    }));
    const path = '/crm/v3/objects/contacts/batch/create';
    ids.push(...(await client.send<Created>('POST', path, { inputs })).results.map(({ id }) => id));
  }
  await caughtUp(client);
  return ids;
}

/** A drill at the end of the log, as if chance had drawn that. */
async function drillNow(): Promise<Drill> {
  const id = randomUUID().replaceAll('-', '');
  const at = new Date().toISOString();
  const meta = {
    ...{ commandId: randomUUID(), correlationId: randomUUID(), actor: { type: 'system', id: 'drills' } },
    ...{ source: { type: 'SYSTEM' }, at },
  };
  const data = { drillId: id, position: String(await left.log.head()), all: true, dueAt: at };
  const event = { id: randomUUID(), type: 'drill.requested.v1', data, meta };
  await left.log.append(`drill-${id}`, [event as never], -1);
  await until(
    () => client.statusOf(`${DRILLS}/${id}`),
    (status) => status === 200,
  );
  return ended(id);
}

test('a worker makes the drill that an api is asked for, and the api tells how it went', async () => {
  expect((await ready('api')).drill).toBeNull();
  await contacts(RECORDS);
  const { id } = await client.send<Drill>('POST', DRILLS, { all: true });
  expect(await ended(id)).toMatchObject({ status: 'PASSED', ok: true, differences: 0, reason: null });

  const drill = await drillNow();
  const of = { records: RECORDS, compared: RECORDS, folded: RECORDS, differences: 0, first: [] };
  expect(drill).toMatchObject({ status: 'PASSED', ok: true, all: true, ...of });
  const { results } = await client.get<{ results: readonly Drill[] }>(DRILLS);
  expect(results.map((one) => one.id)).toEqual([drill.id, id]);

  const { at, seconds, rpoSeconds, rtoSeconds } = drill;
  for (const { role } of deployment.members) {
    const found = await until(
      () => ready(role),
      (now) => now.drill?.at === at,
    );
    expect(found.drill).toEqual({ at, ok: true, seconds, rpoSeconds, rtoSeconds, differences: 0 });
    expect(failing(found)).toBe(false);
    const metrics = await told(role, '/metrics');
    expect(metrics).toContain('strata_drill_ok{drill="last"} 1');
    expect(metrics).toContain(`strata_drill_records{drill="last"} ${RECORDS}`);
    expect(metrics).toContain(`strata_drill_rto_seconds{drill="last"} ${rtoSeconds}`);
    expect(metrics).toContain(`strata_drill_ended_seconds{drill="last"} ${Date.parse(at) / 1_000}`);
  }
}, 300_000);

test('a drill whose worker dies goes on at the same position when another comes', async () => {
  await contacts(RECORDS);
  const { id, position } = await client.send<Drill>('POST', DRILLS, { all: true });
  await member('worker').replace();
  expect(await ended(id)).toMatchObject({ status: 'PASSED', differences: 0, position });
}, 300_000);

test('a drill that fails in the worker is a fault of the api until one goes well', async () => {
  const [recordId] = await contacts(100);
  const collection = collectionOf(records).name;
  const documentId = recordDocumentId('contacts', recordId!);
  const right = (await left.documents.getMany(collection, [documentId])).get(documentId)!;
  // A batch that starts before what has been swept is refused.
  const from = await left.log.head();
  await left.documents.write(collection, [], { name: 'planted', from: undefined, to: from });
  const write = (doc: object) => {
    const change = { id: documentId, stamp: right.stamp, loaded: right.stamp, doc: doc as never };
    return left.documents.write(collection, [change], { name: 'planted', from, to: from });
  };
  const { values } = right.doc as unknown as { values: object };
  await write({ ...right.doc!, values: { ...values, city: 'Paris' } });

  const drill = await drillNow();
  const difference = { objectType: 'contacts', recordId, what: 'differs', property: 'city' };
  expect(drill).toMatchObject({ status: 'FAILED', ok: false, differences: 1, first: [difference] });
  const found = await until(() => ready('api'), failing);
  expect(found.drill).toMatchObject({ at: drill.at, ok: false, differences: 1 });
  const metrics = await told('api', '/metrics');
  expect(metrics).toContain('strata_drill_ok{drill="last"} 0');
  expect(metrics).toContain('strata_drill_differences{drill="last"} 1');
  type Notifications = { results: readonly { kind: string; summary: string }[] };
  const { results } = await until(
    () => client.get<Notifications>('/notifications/v1/notifications'),
    (page) => page.results.some(({ kind }) => kind === 'DRILL_FAILED'),
  );
  expect(JSON.stringify(results)).toContain(`${DRILLS}/${drill.id}`);

  await member('api').replace();
  await until(() => ready('api'), failing);
  await write(right.doc!);
  expect(await drillNow()).toMatchObject({ status: 'PASSED', differences: 0 });
  for (const { role } of deployment.members)
    await until(
      () => ready(role),
      (now) => !failing(now) && now.drill?.ok === true,
    );
}, 300_000);
