// The thread of the projections: reads the log, folds it over documents and sends these to the thread that writes.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { AnyProjection } from '../../projections/projection';
import { Codec, type Upcasts } from '../eventsourcing/codec';
import { EmbeddedEventStore } from '../eventsourcing/stores/embedded/event-store';
import { traceOf, type FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';
import { Digests } from './filters/digests';
import { Feed } from './feed';
import type { FromProjecting, ProjectingData, ToProjecting } from './projecting.client';
import { ProjectionRunner, type ProjectionProgress } from './projection-runner';
import { EmbeddedDocumentStore } from './stores/embedded/document-store';

const port = parentPort!;
const { dataDir, modules, digestKey, writer } = workerData as ProjectingData;

async function run(): Promise<void> {
  const load = createRequire(__filename);
  const { projections } = load(modules.projections) as { projections: readonly AnyProjection[] };
  const { upcasts } = load(modules.upcasts) as { upcasts: Upcasts };
  const stopping = new AbortController();
  const asking: ((held: bigint | undefined) => void)[] = [];
  let appended: (position: bigint) => void = () => undefined;
  port.on('message', (message: ToProjecting) => {
    if (message === 'stop') stopping.abort();
    else if ('held' in message) asking.shift()?.(message.held);
    else appended(message.appended);
  });
  const held = () =>
    new Promise<bigint | undefined>((resolve) => {
      asking.push(resolve);
      port.postMessage('held' satisfies FromProjecting);
    });
  // Without the thread that writes this one can do nothing: ProjectingThread starts another over a new port.
  const end = () => process.exit();
  writer.once('close', end);

  const eventStore = await EmbeddedEventStore.openReadOnly(dataDir, (listener) => (appended = listener));
  const documents = await EmbeddedDocumentStore.openOver(dataDir, writer);
  const feed = new Feed(eventStore, new Codec(upcasts), faults);
  const digests = new Digests(digestKey);
  feed.start();
  await new ProjectionRunner(documents, feed, projections, held, faults, digests.of).run(
    stopping.signal,
    tell,
  );
  await feed.stop();
  writer.off('close', end);
  await documents.close();
  await eventStore.close();
  port.close();
}

/** Parts told to work. Each is told so once, though nothing failed here: it may have failed in an earlier thread. */
const working = new Set<Part>();
const faults: FaultReports = {
  report(part, error, detail) {
    working.delete(part);
    port.postMessage({ failed: part, trace: traceOf(error), detail } satisfies FromProjecting);
  },
  clear(part) {
    if (working.has(part)) return;
    working.add(part);
    port.postMessage({ works: part } satisfies FromProjecting);
  },
};

/**
 * Moves that are told together, once in a turn of the event loop: a message costs its receiver as a small query does.
 */
let untold = new Map<string, ProjectionProgress>();
function tell(name: string, progress: ProjectionProgress): void {
  if (untold.size === 0)
    setImmediate(() => {
      const told: FromProjecting = untold;
      untold = new Map();
      port.postMessage(told);
    });
  untold.set(name, progress);
}

// A rejection ends the thread, and is reported by the process.
void run();
