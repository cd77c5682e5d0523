// Two processes project into one shared MongoDB: one works, and the second takes over when the first ends. Runs where
// MONGODB_URL is set.
import type { Projection } from '../../../projections/projection';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import type { Doc } from '../../../src/read/document-store';
import { MongoDocumentStore } from '../../../src/read/stores/mongodb/document-store';
import { contents, event, ReadSide, rebuilt, temporaryFolder } from '../../support/read-side';

interface Counter extends Doc {
  readonly count: number;
}
type CounterEvents = { 'counter.moved.v1': { id: string }; 'counter.cleared.v1': { id: string } };

const counters: Projection<Counter, CounterEvents> = {
  name: `counters-${process.pid}`,
  version: 1,
  indexes: [['count']],
  on: {
    'counter.moved.v1': ({ id }) => ({ id, change: (old) => ({ count: (old?.count ?? 0) + 1 }) }),
    'counter.cleared.v1': ({ id }) => ({ id, remove: true }),
  },
};

const mongoUrl = process.env.MONGODB_URL;
const onMongo = mongoUrl === undefined ? test.skip : test;

onMongo('a second projector takes over, and the result is that of a rebuild', async () => {
  const url = mongoUrl!.replace(/\/([^/?]+)(\?|$)/, `/$1-projector-${process.pid}$2`);
  const folder = await temporaryFolder();
  const log = await EmbeddedEventStore.open(folder.path);
  const stores = await Promise.all([MongoDocumentStore.connect(url), MongoDocumentStore.connect(url)]);
  const sides = stores.map((documents) => new ReadSide(log, documents, [counters]));
  const append = async (round: string) => {
    for (let i = 0; i < 30; i++)
      await log.append(
        `${round}-${i}`,
        [
          event('counter.moved.v1', { id: `${i % 7}` }),
          event(i % 5 === 0 ? 'counter.cleared.v1' : 'counter.moved.v1', { id: `${i % 3}` }),
        ],
        -1,
      );
  };
  const [first, second] = sides as [ReadSide, ReadSide];
  await first.start();
  await second.start();
  await append('both');
  // Each process sees the event; the one that does not project sees it through the store.
  await Promise.all(sides.map((side) => side.settled(counters)));
  await first.stop();
  await append('second');
  await second.settled(counters);
  const collection = await second.models.collection(counters);
  expect(await contents(stores[0], collection)).toEqual(await rebuilt(log, counters));
  await second.stop();
  for (const name of await stores[0].collections()) await stores[0].drop(name);
  await Promise.all(stores.map((documents) => documents.close()));
  await log.close();
  await folder.remove();
});
