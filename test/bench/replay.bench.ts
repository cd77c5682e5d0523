// Bench of events a second through all projections, while rebuilding from a full log and live behind a writer; against
// bare reads.
import { setImmediate as turn } from 'node:timers/promises';
import { projections } from '../../projections/index';
import { Codec } from '../../src/eventsourcing/codec';
import { START, type EventStore } from '../../src/eventsourcing/event-store';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { event, openStores, ReadSide, temporaryFolder } from '../support/read-side';
import type { Bench } from './run';
import { FaultsSeen } from '../support/faults-seen';

const PAGE = 2_000;
/** Events in one append; `IN_FLIGHT` appends run at a time. */
const APPEND = 1;
const IN_FLIGHT = 256;

/** The history of a contact: created, then changed three times. */
function contact(i: number) {
  const recordId = String(2_000_000_000_000_000 + i);
  const before = { updatedAt: '2026-01-01T00:00:00.000Z', archived: false, revision: 0 };
  const value = (to: string, from: string | null = null) => ({ from, to });
  const created = event('record.created.v1', {
    objectType: 'contacts',
    recordId,
    changes: {
      firstname: value(`Anna ${i}`),
      lastname: value('Lindberg'),
      email: value(`anna.${i}@example.com`),
      phone: value(`+46 70 000 ${i}`),
      city: value('Göteborg'),
      lifecyclestage: value('lead'),
      createdate: value('2026-01-01T00:00:00.000Z'),
      hs_lastmodifieddate: value('2026-01-01T00:00:00.000Z'),
    },
    before: null,
  });
  const changed = [1, 2, 3].map((n) =>
    event('record.values-changed.v1', {
      objectType: 'contacts',
      recordId,
      changes: {
        phone: value(`+46 70 ${n} ${i}`, `+46 70 ${n - 1} ${i}`),
        hs_lastmodifieddate: value(`2026-01-0${n + 1}T00:00:00.000Z`, `2026-01-0${n}T00:00:00.000Z`),
      },
      before: { ...before, revision: n - 1 },
    }),
  );
  return { stream: `contact-${recordId}`, events: [created, ...changed] };
}

/** Appends the histories of `count` contacts, many at a time. */
async function fill(log: EventStore, from: number, count: number): Promise<void> {
  let next = from;
  const one = async () => {
    while (next < from + count) {
      const { stream, events } = contact(next++);
      for (let i = 0; i < events.length; i += APPEND)
        await log.append(stream, events.slice(i, i + APPEND), i - 1);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

async function bareRead(log: EventStore): Promise<number> {
  const codec = new Codec();
  const started = performance.now();
  let count = 0;
  for (let after = START; ; await turn()) {
    const { events, end } = await log.readAll(after, PAGE);
    for (const stored of events) codec.decode(stored);
    count += events.length;
    if (end) return count / ((performance.now() - started) / 1000);
    after = events.at(-1)!.position;
  }
}

const applied = (side: ReadSide) => Promise.all(projections.map((projection) => side.settled(projection)));

export const run: Bench['run'] = async ({ n = 100_000 }, emit) => {
  const contacts = Math.ceil(n / 4);
  const events = contacts * 4;
  const stores = await openStores();
  process.stderr.write(`${events} events, ${projections.length} projections\n`);

  const live = await new ReadSide(stores.log, stores.documents, projections).start();
  let started = performance.now();
  await fill(stores.log, 0, contacts);
  const appendSeconds = (performance.now() - started) / 1000;
  await applied(live);
  const liveSeconds = (performance.now() - started) / 1000;
  await live.stop();

  const perSecond = await bareRead(stores.log);
  const peer = { name: 'readAll and decode, nothing else', perSecond: Math.round(perSecond) };
  const figure = (what: string, seconds: number, more: object = {}) =>
    emit({
      ...{ n: events, what, seconds, perSecond: Math.round(events / seconds), peer },
      ratio: events / seconds / perSecond,
      ...more,
    });
  figure('live, behind 256 appends in flight', liveSeconds, {
    appendsPerSecond: Math.round(events / appendSeconds),
  });

  const folder = await temporaryFolder();
  const empty = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  started = performance.now();
  const rebuild = await new ReadSide(stores.log, empty, projections).start();
  await applied(rebuild);
  figure('rebuilding from the beginning', (performance.now() - started) / 1000);
  await rebuild.stop();
  await empty.close();
  await folder.remove();
  await stores.close();
};
