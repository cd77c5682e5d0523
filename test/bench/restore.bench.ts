// Bench of making and executing a restore plan: up to 100,000 spoilt records among n, against bare updates and, where the
// machine has PostgreSQL, an UPDATE there whose trigger writes an audit row a record, all in the same run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { randomUUID } from 'node:crypto';
import { audit } from '../../projections/audit/audit';
import { properties } from '../../projections/crm/properties';
import { records } from '../../projections/crm/records';
import { ChangeAccount } from '../../src/account/account.commands';
import { UpdateRecord } from '../../src/crm/records/record.commands';
import type { Meta, NewEvent } from '../../src/eventsourcing/event';
import { RequestPlan } from '../../src/restores/plans/plan.commands';
import { GetPlan } from '../../src/restores/plans/plan.queries';
import { planRequest } from '../../src/restores/restore.bodies';
import { ExecutePlan } from '../../src/restores/restore.commands';
import { GetRestore } from '../../src/restores/restore.queries';
import { pause } from '../../src/supervision/pause';
import { Inside, inFlight } from '../support/servers/inside';
import { Postgres } from './peers/postgres';
import type { Figure } from './run';

const MOST_SPOILT = 100_000;
/** Records that the peer updates: its speed does not depend on their number. */
const MOST_UPDATED = 20_000;
const IN_FLIGHT = 128;
const LOOK_MS = 50;
const SAMPLE_MS = 20;
const at = '2026-01-01T00:00:00.000Z';

const say = (text: string) => void process.stderr.write(`${text}\n`);
const rssMb = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

interface Measured {
  readonly seconds: number;
  /** Of this process, threads and stores included. */
  readonly idleRssMb: number;
  readonly peakRssMb: number;
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const idleRssMb = rssMb();
  let peakRssMb = idleRssMb;
  const sampling = setInterval(() => (peakRssMb = Math.max(peakRssMb, rssMb())), SAMPLE_MS);
  const started = performance.now();
  await work();
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  clearInterval(sampling);
  return { seconds, idleRssMb, peakRssMb };
}

async function ended<T extends { status: string }>(read: () => Promise<T>, wanted: string): Promise<T> {
  for (;;) {
    const state = await read();
    if (state.status === wanted) return state;
    if (['FAILED', 'CANCELLED'].includes(state.status)) throw new Error(`It ended as ${state.status}`);
    await pause(LOOK_MS);
  }
}

const USER = '1000000001';
const meta = (): Meta => ({
  ...{ commandId: randomUUID(), correlationId: 'bench', at, source: { type: 'API' } },
  actor: { type: 'user', id: USER, userId: USER },
});
const event = (type: string, data: object): NewEvent => ({ id: randomUUID(), type, data, meta: meta() });
const idOf = (index: number) => String(1_000_000_000 + index);

const created = (recordId: string) =>
  event('record.created.v1', {
    ...{ objectType: 'deals', recordId, before: null },
    changes: {
      dealname: { from: null, to: `Deal ${recordId}` },
      amount: { from: null, to: recordId.slice(-5) },
      description: { from: null, to: 'As it was' },
    },
  });
const spoilt = (recordId: string) =>
  event('record.values-changed.v1', {
    ...{ objectType: 'deals', recordId },
    changes: {
      amount: { from: recordId.slice(-5), to: '0' },
      description: { from: 'As it was', to: null },
    },
    before: { updatedAt: at, archived: false, archivedAt: null, revision: 0, updatedBy: USER },
  });

/** Rows a second of the same restore by one statement. */
async function byPostgres(n: number, changed: number): Promise<Figure['peer'] | undefined> {
  const postgres = await Postgres.start();
  if (!postgres) return undefined;
  try {
    say(`${n} rows in PostgreSQL ${postgres.version}`);
    await postgres.sql(`
      CREATE TABLE deals (id bigint PRIMARY KEY, dealname text, amount text, description text, changed timestamptz);
      CREATE TABLE audit (id bigserial PRIMARY KEY, at timestamptz, who text, record bigint, old jsonb, new jsonb);
      CREATE INDEX ON audit (record);
      CREATE TABLE backup AS SELECT 1000000000 + i AS id, 'Deal ' || i AS dealname, i::text AS amount,
        'As it was' AS description FROM generate_series(0, ${n - 1}) i;
      ALTER TABLE backup ADD PRIMARY KEY (id);
      INSERT INTO deals SELECT id, dealname, amount, description, now() FROM backup;
      UPDATE deals SET amount = '0', description = NULL WHERE id < 1000000000 + ${changed};
      CREATE FUNCTION audited() RETURNS trigger AS $$ BEGIN
        INSERT INTO audit (at, who, record, old, new) VALUES (now(), 'bench', NEW.id, to_jsonb(OLD), to_jsonb(NEW));
        RETURN NEW; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER audited AFTER UPDATE ON deals FOR EACH ROW EXECUTE FUNCTION audited();`);
    await postgres.sql('VACUUM ANALYZE');
    const started = performance.now();
    await postgres.sql(`
      UPDATE deals SET dealname = b.dealname, amount = b.amount, description = b.description, changed = now()
      FROM backup b WHERE b.id = deals.id AND (deals.dealname, deals.amount, deals.description)
        IS DISTINCT FROM (b.dealname, b.amount, b.description)`);
    const seconds = (performance.now() - started) / 1000;
    const rows = Number(await postgres.sql('SELECT count(*) FROM audit'));
    if (rows !== changed) throw new Error(`PostgreSQL changed ${rows} rows`);
    const name = `PostgreSQL ${postgres.version}: UPDATE … FROM, a trigger writes an audit row each`;
    return { name, perSecond: Math.round(changed / seconds) };
  } finally {
    await postgres.stop();
  }
}

export async function run({ n = 100_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-restore-'));
  const inside = await Inside.open(dataDir);
  try {
    await measure(inside, n, emit);
  } finally {
    await inside.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(inside: Inside, n: number, emit: (figure: Figure) => void): Promise<void> {
  const { commands, queries, engine } = inside;
  const { eventStore, readModels } = engine;
  const changed = Math.min(n, MOST_SPOILT);
  const ids = Array.from({ length: n }, (_, index) => idOf(index));
  const caughtUp = async () => {
    const head = await eventStore.head();
    for (const projection of [records, audit, properties])
      await readModels.waitFor(projection, head, AbortSignal.timeout(3_600_000));
  };

  // So many rows are otherwise for another super admin to approve.
  await commands.execute(new ChangeAccount({ approvalThreshold: 'off' }, inside.asked()));
  say(`creating ${n} deals`);
  await inFlight(ids, IN_FLIGHT, (id) => eventStore.append(`deal-${id}`, [created(id)], -1));
  const before = await eventStore.head();
  say(`spoiling ${changed} of them`);
  await inFlight(ids.slice(0, changed), IN_FLIGHT, (id) => eventStore.append(`deal-${id}`, [spoilt(id)], 0));
  await caughtUp();

  say('planning');
  const objects = [{ objectType: 'deals', properties: '*' }];
  const body = planRequest.parse({ source: { asOf: String(before) }, objects });
  let planId = '';
  const planning = await measured(async () => {
    ({ planId } = await commands.execute(new RequestPlan(body, inside.asked())));
    const { summary } = await ended(() => queries.execute(new GetPlan(planId, {})), 'READY');
    if (summary?.records !== changed) throw new Error(`Not all are planned: ${JSON.stringify(summary)}`);
  });
  const perSecond = (count: number, seconds: number) => Math.round(count / seconds);
  emit({
    ...{ n, changed, what: 'plan, records planned', ...planning },
    perSecond: perSecond(changed, planning.seconds),
  });

  say('executing');
  const confirm = { changesData: true, overwritesValues: true, reason: 'A wrong change' };
  const totp = await inside.code();
  const executing = await measured(async () => {
    const { restoreId } = await commands.execute(new ExecutePlan(planId, { confirm, totp }, inside.asked()));
    const { outcomes } = await ended(() => queries.execute(new GetRestore(restoreId, {})), 'COMPLETED');
    if (outcomes?.changed !== changed) throw new Error(`Not all were changed: ${JSON.stringify(outcomes)}`);
  });
  await caughtUp();
  say('updating as many by commands');
  const updated = ids.slice(0, Math.min(changed, MOST_UPDATED));
  const context = () => ({ meta: meta() });
  const bare = await measured(() =>
    inFlight(updated, IN_FLIGHT, (id) =>
      commands.execute(new UpdateRecord('deals', id, { amount: '0', description: null }, context())),
    ),
  );
  await caughtUp();
  const restored = perSecond(changed, executing.seconds);
  const peers = [
    {
      name: `bare UpdateRecord, ${IN_FLIGHT} in flight`,
      perSecond: perSecond(updated.length, bare.seconds),
    },
    await byPostgres(n, changed),
  ];
  for (const peer of peers)
    if (peer)
      emit({
        ...{ n, changed, what: 'execute, records restored', ...executing, perSecond: restored, peer },
        ratio: Number((restored / peer.perSecond!).toFixed(2)),
      });
}
