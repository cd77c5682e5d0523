// Bench of planning to undo what one import did, n changes among ten times as many events of others, against reading the
// whole log: the plan is to follow the import's events, not the log's length.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { audit } from '../../projections/audit/audit';
import { records } from '../../projections/crm/records';
import { properties } from '../../projections/crm/properties';
import type { Meta, NewEvent } from '../../src/eventsourcing/event';
import { START } from '../../src/eventsourcing/event-store';
import { logPages } from '../../src/read/log-pages';
import { GetPlan } from '../../src/restores/plans/plan.queries';
import { UndoRequest } from '../../src/restores/undo/undo.bodies';
import { RequestUndo } from '../../src/restores/undo/undo.commands';
import { pause } from '../../src/supervision/pause';
import { Inside, inFlight } from '../support/servers/inside';
import type { Figure } from './run';

const IN_FLIGHT = 256;
const LOOK_MS = 20;
const OTHERS = 10;
const IMPORT = '4242';
const at = '2026-01-01T00:00:00.000Z';

const say = (text: string) => void process.stderr.write(`${text}\n`);
const rssMb = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

export async function run({ n = 100_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-undo-'));
  const inside = await Inside.open(dataDir);
  try {
    await measure(inside, n, emit);
  } finally {
    await inside.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const metaOf = (actor: Meta['actor']): Meta => ({
  ...{ commandId: randomUUID(), correlationId: 'bench', actor, at },
  source: { type: actor.type === 'import' ? 'IMPORT' : 'API' },
});
const others = { type: 'user' as const, id: 'others', userId: 'others' };
const importing = { type: 'import' as const, id: IMPORT, userId: 'importer' };

async function measure(inside: Inside, n: number, emit: (figure: Figure) => void): Promise<void> {
  const { commands, queries, engine } = inside;
  const { eventStore, readModels } = engine;
  const event = (type: string, data: object, actor: Meta['actor']): NewEvent => ({
    ...{ id: randomUUID(), type, data, meta: metaOf(actor) },
  });
  const idOf = (index: number) => String(1_000_000_000 + index);
  const created = (index: number) =>
    event(
      'record.created.v1',
      {
        ...{ objectType: 'contacts', recordId: idOf(index), before: null },
        changes: { firstname: { from: null, to: `Ann ${index}` }, city: { from: null, to: 'Oslo' } },
      },
      others,
    );
  const changed = (index: number, revision: number, from: string, to: string, actor: Meta['actor']) =>
    event(
      'record.values-changed.v1',
      {
        ...{ objectType: 'contacts', recordId: idOf(index), changes: { city: { from, to } } },
        before: { updatedAt: at, archived: false, archivedAt: null, revision },
      },
      actor,
    );
  say(`appending ${n * (OTHERS + 1)} events`);
  await eventStore.append(`import-${IMPORT}`, [event('account.ids-passed.v1', { upTo: '1' }, others)], -1);
  const each = Array.from({ length: n }, (_, index) => index);
  const left = Math.floor(n / 100);
  // Every contact is made and changed by others, then by the import; of one in a hundred others go on from there.
  const half = OTHERS - 2;
  await inFlight(each, IN_FLIGHT, async (index) => {
    const stream = `contact-${idOf(index)}`;
    await eventStore.append(stream, [created(index)], -1);
    for (let revision = 0; revision < half; revision++) {
      const [from, to] = [revision === 0 ? 'Oslo' : `v${revision}`, `v${revision + 1}`];
      await eventStore.append(stream, [changed(index, revision, from, to, others)], revision);
    }
    await eventStore.append(stream, [changed(index, half, `v${half}`, 'imported', importing)], half);
    if (index < left)
      await eventStore.append(stream, [changed(index, half + 1, 'imported', 'later', others)], half + 1);
  });
  const head = await eventStore.head();
  say('waiting for the read models');
  for (const projection of [records, audit, properties])
    await readModels.waitFor(projection, head, AbortSignal.timeout(3_600_000));
  const idleRssMb = rssMb();

  say('planning');
  let peak = idleRssMb;
  const sampling = setInterval(() => (peak = Math.max(peak, rssMb())), 20);
  const started = performance.now();
  const body = UndoRequest.schema.parse({ cause: { importId: IMPORT } });
  const { planId } = await commands.execute(new RequestUndo(body, inside.asked()));
  for (;;) {
    const plan = await queries.execute(new GetPlan(planId, {}));
    if (plan.status === 'FAILED') throw new Error('The plan failed');
    // So many rows are for another super admin to approve, where there is one.
    if (plan.status === 'READY' || plan.status === 'AWAITING_APPROVAL') {
      const { changes, leftAlone } = plan.summary!;
      if (changes !== n - left || leftAlone !== left)
        throw new Error(`Not all: ${JSON.stringify(plan.summary)}`);
      break;
    }
    await pause(LOOK_MS);
  }
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampling);

  const reading = performance.now();
  let events = 0;
  for await (const page of logPages(eventStore, START)) events += page.length;
  const bare = (performance.now() - reading) / 1000;
  const peer = {
    name: `reading the whole log of ${events} events, bare`,
    perSecond: Math.round(events / bare),
  };
  emit({
    ...{ n, what: 'plan of undoing an import', seconds, perSecond: Math.round(n / seconds), peer },
    ...{ peerSeconds: bare, idleRssMb, peakRssMb: peak },
  });
}
