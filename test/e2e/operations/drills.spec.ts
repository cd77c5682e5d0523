// Drills over HTTP: how one is made, where its end is told, and that one that fails is heard of.
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { records } from '../../../projections/crm/records';
import { recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import { pause } from '../../../src/supervision/pause';
import { KillableServer } from '../../crash/killable';
import { App, ownLog, startApp } from '../../support/servers/app';

interface Drill {
  id: string;
  status: string;
  ok: boolean | null;
  all: boolean;
  at: string;
  position: string;
  seconds: number;
  records: number;
  compared: number;
  folded: number;
  differences: number;
  rpoSeconds: number;
  rtoSeconds: number;
  reason: string | null;
  first: { objectType: string; recordId: string; what: string; property?: string }[];
}
interface Ready {
  drill: { at: string; ok: boolean; seconds: number; rpoSeconds: number; differences: number } | null;
  faults: { part: string }[];
}

const DRILLS = '/backups/v1/drills';
let app: App;
afterEach(() => app?.close());

/** Names in a folder, none where it has not been made yet. */
function namesIn(...folder: string[]): string[] {
  const path = join(...folder);
  return existsSync(path) ? readdirSync(path) : [];
}
const zips = () => namesIn(app.dataDir, 'files', 'drills');
async function until<T>(read: () => Promise<T>, seen: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await read();
    if (seen(found)) return found;
    await pause(50);
  }
}
const ended = (id: string) =>
  until(
    () => app.ok<Drill>('GET', `${DRILLS}/${id}`),
    ({ status }) => status !== 'PENDING',
  );
const ready = () => app.ok<Ready>('GET', '/health/ready');
const failing = ({ faults }: Ready) => faults.some(({ part }) => part === 'drill');

const contact = async (city: string) =>
  app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: `${randomUUID()}@example.com`, city } });

/** A drill at the end of the log, as if chance had drawn that. */
async function drillNow(all: boolean): Promise<Drill> {
  const drillId = randomUUID().replaceAll('-', '');
  const at = new Date().toISOString();
  const actor = { type: 'system', id: 'drills' } as const;
  const meta = {
    commandId: randomUUID(),
    correlationId: randomUUID(),
    actor,
    source: { type: 'SYSTEM' },
    at,
  };
  const data = { drillId, position: String(await app.engine.eventStore.head()), all, dueAt: at };
  const event = { id: randomUUID(), type: 'drill.requested.v1', data, meta };
  await app.engine.eventStore.append(`drill-${drillId}`, [event as never], -1);
  return until(
    async () => (await app.api<Drill>('GET', `${DRILLS}/${drillId}`)).body,
    ({ status }) => ['PASSED', 'FAILED'].includes(status),
  );
}

test('a drill is made, told in history, health and metrics, and leaves no file', async () => {
  app = await startApp({ ...ownLog, BACKUP_QUOTA: '1/24h' });
  expect((await ready()).drill).toBeNull();
  for (const city of ['London', 'Paris, "Texas"', 'Oslo']) await contact(city);

  const { status, body } = await app.api<Drill>('POST', DRILLS);
  expect(status).toBe(202);
  expect(body).toMatchObject({ status: 'PENDING', ok: null, all: true });
  const first = await ended(body.id);
  expect(first).toMatchObject({ status: 'PASSED', ok: true, differences: 0, first: [], reason: null });

  const drill = await drillNow(false);
  expect(drill).toMatchObject({ status: 'PASSED', all: false, records: 3, compared: 3, folded: 3 });
  expect(drill.rtoSeconds).toBeGreaterThan(0);
  expect(drill.rtoSeconds).toBeLessThanOrEqual(drill.seconds);
  const { drill: told } = await until(ready, ({ drill: last }) => last?.at === drill.at);
  expect(told).toEqual({
    ...{ at: drill.at, ok: true, seconds: drill.seconds, differences: 0 },
    ...{ rpoSeconds: drill.rpoSeconds, rtoSeconds: drill.rtoSeconds },
  });
  const metrics = (await app.api<string>('GET', '/metrics')).body;
  expect(metrics).toContain('strata_drill_ok{drill="last"} 1');
  expect(metrics).toContain('strata_drill_records{drill="last"} 3');

  const { results, paging } = await app.ok('GET', `${DRILLS}?limit=1`);
  expect(results.map(({ id }) => id)).toEqual([drill.id]);
  const next = await app.ok('GET', `${DRILLS}?limit=1&after=${encodeURIComponent(paging!.next.after)}`);
  expect(next.results.map(({ id }) => id)).toEqual([first.id]);
  expect((await app.api('POST', `${DRILLS}/${first.id}/cancel`)).status).toBe(409);
  expect((await app.api('POST', DRILLS, { all: 'yes' })).status).toBe(400);
  expect((await app.api('GET', `${DRILLS}/1`)).status).toBe(404);
  await until(
    async () => zips(),
    (names) => names.length === 0,
  );
  // Drills use up no quota.
  expect((await app.api('POST', '/backups/v1/backups')).status).toBe(202);
});

test('of many who ask at once, one has a drill made; it can be cancelled', async () => {
  app = await startApp(ownLog);
  const answers = await Promise.all(Array.from({ length: 8 }, () => app.api<Drill>('POST', DRILLS)));
  const taken = answers.filter(({ status }) => status === 202);
  expect(taken).toHaveLength(1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
  const key = randomUUID();
  await ended(taken[0]!.body.id);
  const one = await app.api<Drill>('POST', DRILLS, {}, { 'idempotency-key': key });
  const again = await app.api<Drill>('POST', DRILLS, {}, { 'idempotency-key': key });
  expect([again.status, again.body.id]).toEqual([202, one.body.id]);
  const cancelled = await app.api<Drill>('POST', `${DRILLS}/${one.body.id}/cancel`);
  expect([200, 409]).toContain(cancelled.status);
  expect(['CANCELLED', 'PASSED']).toContain((await ended(one.body.id)).status);
  await until(
    async () => zips(),
    (names) => names.length === 0,
  );
});

test('a drill that finds a record changed behind the back of the log is loud until one goes well', async () => {
  app = await startApp(ownLog);
  const { id: recordId } = await contact('London');
  const { engine } = app;
  const documentId = recordDocumentId('contacts', recordId);
  const collection = await engine.readModels.collection(records);
  await engine.readModels.waitFor(records, await engine.eventStore.head(), AbortSignal.timeout(10_000));
  const { documents } = engine;
  const right = (await documents.getMany(collection, [documentId])).get(documentId)!;
  // A batch that starts before what has been swept meanwhile is refused.
  const from = await engine.eventStore.head();
  await documents.write(collection, [], { name: 'planted', from: undefined, to: from });
  const write = (doc: object) => {
    const change = { id: documentId, stamp: right.stamp, loaded: right.stamp, doc: doc as never };
    return documents.write(collection, [change], { name: 'planted', from, to: from });
  };
  const { values } = right.doc as unknown as { values: object };
  await write({ ...right.doc!, values: { ...values, city: 'Paris' } });

  const drill = await drillNow(false);
  expect(drill).toMatchObject({
    ...{ status: 'FAILED', ok: false, differences: 1 },
    first: [{ objectType: 'contacts', recordId, what: 'differs', property: 'city' }],
  });
  const found = await until(ready, failing);
  expect(found.drill).toMatchObject({ ok: false, differences: 1 });
  expect((await app.api<string>('GET', '/metrics')).body).toContain('strata_drill_ok{drill="last"} 0');
  const { results } = await until(
    () => app.ok('GET', '/notifications/v1/notifications'),
    (told) => told.results.some(({ kind }) => kind === 'DRILL_FAILED'),
  );
  const told = results.find(({ kind }) => kind === 'DRILL_FAILED')!;
  const outbox = async () => namesIn(app.dataDir, 'outbox');
  await until(outbox, (names) => names.some((name) => name.startsWith(told.id)));
  expect(JSON.stringify(told)).toContain(`/backups/v1/drills/${drill.id}`);
  const audited = await app.ok(
    'GET',
    '/audit/v1/entries?category=SECURITY_ACTIVITY&subCategory=BACKUP&includeNonUser=true',
  );
  expect(audited.results.map(({ summary }) => summary)).toContain('A drill of backups failed');

  await app.restart();
  await until(ready, (now) => failing(now) && now.drill?.ok === false);

  // Told again until one goes well.
  const restarted = app.engine.documents;
  const change = { id: documentId, stamp: right.stamp, loaded: right.stamp, doc: right.doc! };
  await restarted.write(collection, [change], { name: 'planted', from, to: from });
  expect(await drillNow(true)).toMatchObject({ status: 'PASSED' });
  await until(ready, (now) => !failing(now) && now.drill?.ok === true);
});

test('a drill goes on after the server was killed in it, and leaves no file', async () => {
  const server = await KillableServer.start();
  try {
    const many = Array.from({ length: 100 }, (_, i) => ({ properties: { email: `p${i}@example.com` } }));
    for (let n = 0; n < 10; n++)
      await server.api.post('/crm/v3/objects/contacts/batch/create', {
        inputs: many.map(({ properties }) => ({ properties: { email: `${n}-${properties.email}` } })),
      });
    const { id, position } = await server.api.post<Drill>(DRILLS, { all: true });
    const names = async () => namesIn(server.dataDir, 'files', 'drills');
    const read = () => server.api.get<Drill>(`${DRILLS}/${id}`);
    // At the first sight of a file; a drill of few records may be over before.
    for (let seen = false; !seen; await pause(2))
      seen = (await names()).length > 0 || (await read()).status !== 'PENDING';
    await server.kill();
    await server.run();
    expect(await until(read, ({ status }) => status !== 'PENDING')).toMatchObject({
      status: 'PASSED',
      position,
    });
    await until(names, (found) => found.length === 0);
  } finally {
    await server.remove();
  }
});
