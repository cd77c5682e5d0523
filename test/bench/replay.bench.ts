// Bench of events a second through all projections, while rebuilding from a full log and live behind a writer; against
// bare reads.
import { setImmediate as turn } from 'node:timers/promises';
import { projections } from '../../projections/index';
import { Codec } from '../../src/eventsourcing/codec';
import { START, type EventStore } from '../../src/eventsourcing/event-store';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { fill, OF_EACH } from './cases/histories';
import { openStores, ReadSide, temporaryFolder } from '../support/read-side';
import type { Bench } from './run';
import { FaultsSeen } from '../support/faults-seen';

const PAGE = 2_000;
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
  const contacts = Math.ceil(n / OF_EACH);
  const events = contacts * OF_EACH;
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
