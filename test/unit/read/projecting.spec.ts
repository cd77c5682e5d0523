// The projections of embedded stores in their thread: the same documents, and the same word on how far they are.
import { records } from '../../../projections/crm/records';
import { projections } from '../../../projections/index';
import { collectionOf } from '../../../projections/projection';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { ProjectingThread } from '../../../src/read/projecting.client';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { event, ReadSide, rebuilt, contents, temporaryFolder } from '../../support/read-side';
import { FaultsSeen } from '../../support/faults-seen';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let log: EmbeddedEventStore;
let documents: EmbeddedDocumentStore;

beforeEach(async () => {
  folder = await temporaryFolder();
  log = await EmbeddedEventStore.open(folder.path);
  documents = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
});
afterEach(async () => {
  await documents.close();
  await log.close();
  await folder.remove();
});

const modules = {
  projections: require.resolve('../../../projections/index'),
  upcasts: require.resolve('../../../src/upcasts'),
};

/** Its feed is not started: whatever is projected, the thread does. */
function readSide(of = modules): ReadSide {
  return new ReadSide(log, documents, projections, {
    projecting: (held, faults) => new ProjectingThread(folder.path, log, documents, of, 'key', held, faults),
  });
}

const create = (recordId: string) =>
  log.append(
    `contact-${recordId}`,
    [
      event('record.created.v1', {
        ...{ objectType: 'contacts', recordId, before: null },
        changes: { firstname: { from: null, to: `Ada ${recordId}` } },
      }),
    ],
    -1,
  );

test('what is appended before and while it runs is projected, and told', async () => {
  const side = readSide();
  await create('1');
  await side.projector.start();
  await side.settled(records);
  await create('2');
  await side.settled(records);
  const { name } = collectionOf(records);
  expect(await contents(documents, name)).toEqual(await rebuilt(log, records));
  const head = await log.head();
  for (const projection of projections) await side.settled(projection);
  for (const { position, state, lag } of await side.projector.status())
    expect([position, state, lag]).toEqual([head, 'live', 0n]);
  await side.projector.stop();
  expect(side.faults.reported).toEqual([]);
});

test('another one goes on where the last one was stopped', async () => {
  const first = readSide();
  await create('1');
  await first.projector.start();
  await first.settled(records);
  await first.projector.stop();
  await create('2');
  const second = readSide();
  await second.projector.start();
  await second.settled(records);
  expect((await contents(documents, collectionOf(records).name)).size).toBe(2);
  await second.projector.stop();
});

test('a thread that breaks off is told, and followed by another until it is stopped', async () => {
  const side = readSide({ ...modules, projections: '/nowhere' });
  await side.projector.start();
  await side.faults.seen('projecting', 2);
  await side.projector.stop();
  expect(String(side.faults.reported[0]!.error)).toContain('/nowhere');
});
