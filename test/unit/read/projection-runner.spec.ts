// What a projector does beside its loops, and tells other processes, is told as failing until the store takes it.
import type { Projection } from '../../../projections/projection';
import type { Doc, DocumentStore } from '../../../src/read/document-store';
import { Holds } from '../../../src/read/holds';
import { activeKey, stoppedKey } from '../../../src/read/projection-runner';
import { FaultsSeen } from '../../support/faults-seen';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';

type NoteEvents = { 'note.kept.v1': { id: string }; 'note.broken.v1': { id: string } };
const notes: Projection<Doc, NoteEvents> = {
  name: 'notes',
  version: 1,
  on: {
    'note.kept.v1': ({ id }) => ({ id, put: {} }),
    'note.broken.v1': () => {
      throw new Error('cannot be applied');
    },
  },
};

let stores: Stores;
beforeEach(async () => void (stores = await openStores()));
afterEach(() => stores.close());

/** A store whose method rejects the first calls that it is asked to reject. */
function failing(
  method: 'compareAndSet' | 'ensure' | 'setState',
  rejects: (first: unknown, second: unknown) => boolean,
  times: number,
): DocumentStore {
  const documents = Object.create(stores.documents) as DocumentStore;
  const real = stores.documents[method].bind(stores.documents) as (...args: unknown[]) => Promise<never>;
  let left = times;
  documents[method] = (...args: unknown[]) =>
    rejects(args[0], args[1]) && left-- > 0 ? Promise.reject(new Error('cannot')) : real(...args);
  return documents;
}
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

test('letting a read model answer is tried again until it is done, and fails for as long', async () => {
  const side = new ReadSide(
    stores.log,
    failing('ensure', (_, when) => when === 'now', 2),
    [notes],
  );
  await stores.log.append('a', [event('note.kept.v1', { id: '1' })], -1);
  await side.start();
  await side.faults.seen('settle:notes', 2);
  await until(() => side.faults.failing.size === 0);
  expect(await stores.documents.getState(activeKey(notes))).toBe('notes_v1');
  expect(side.faults.reported.map(({ part }) => part)).toEqual(['settle:notes', 'settle:notes']);
  await side.stop();
});

test('that a projection has stopped is told again until the store has taken it', async () => {
  const side = new ReadSide(
    stores.log,
    failing('setState', (key) => key === stoppedKey('notes_v1'), 1),
    [notes],
  );
  await stores.log.append('a', [event('note.broken.v1', { id: '1' })], -1);
  await side.start();
  await side.faults.seen('settle:notes');
  await until(() => !side.faults.failing.has('settle:notes'));
  expect([...side.faults.failing]).toEqual(['projection:notes']);
  await side.stop();
});

test('holds that cannot be told are a fault until they are', async () => {
  const faults = new FaultsSeen();
  const documents = failing('compareAndSet', (key) => key === 'holds', 1);
  Object.defineProperty(documents, 'exclusive', { value: false });
  const holds = new Holds(documents, faults);
  const release = holds.hold(5n);
  await faults.seen('holds');
  expect(await stores.documents.getState('holds')).toBeUndefined();
  release();
  await holds.close();
  expect([...faults.failing]).toEqual([]);
});
