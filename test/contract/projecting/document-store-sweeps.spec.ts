// A projector that was paused on the way to its write, for longer than tombstones are kept, does not bring back removed
// documents.
import type { Projection } from '../../../projections/projection';
import { digest } from '../../support/spec';
import { Codec } from '../../../src/eventsourcing/codec';
import { WriteConflict, type Doc, type DocumentStore } from '../../../src/read/document-store';
import { Feed } from '../../../src/read/feed';
import { activeKey, ProjectionRunner } from '../../../src/read/projection-runner';
import { FaultsSeen } from '../../support/faults-seen';
import { contents, event, openStores, rebuilt } from '../../support/read-side';
import { ofEachStore } from '../document-stores';

interface Note extends Doc {
  readonly text: string;
}
type NoteEvents = { 'note.kept.v1': { id: string; text: string }; 'note.purged.v1': { id: string } };

const notes: Projection<Note, NoteEvents> = {
  name: 'notes',
  version: 1,
  on: {
    'note.kept.v1': ({ id, text }) => ({ id, put: { text } }),
    'note.purged.v1': ({ id }) => ({ id, remove: true }),
  },
};
const collection = 'notes_v1';
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};

ofEachStore((world) => {
  test('a batch that starts before a sweep is refused whole, one from there on is written', async () => {
    const { store } = world;
    const name = world.newName();
    const doc = (id: string) => ({ id, text: 'x' });
    await store.ensure({ name });
    const put = (id: string, stamp: bigint, loaded?: bigint) => ({ id, stamp, loaded, doc: doc(id) });
    await store.write(name, [put('kept', 1n), put('purged', 2n)], { name, from: undefined, to: 2n });
    await store.write(name, [{ id: 'purged', stamp: 5n, loaded: 2n }], { name, from: 2n, to: 5n });
    await store.sweep(name, 5n);
    for (const from of [undefined, 1n, 2n, 4n]) {
      // A document that the late batch would add, one that it would bring back, and one that it would replace.
      const late = [put('added', 2n), put('purged', 2n), put('kept', 3n, 1n)];
      await expect(store.write(name, late, { name, from, to: 3n })).rejects.toThrow(WriteConflict);
    }
    expect(await world.scanned(name)).toEqual([{ id: 'kept', stamp: 1n, doc: doc('kept') }]);
    expect(await store.checkpoint(name)).toBe(5n);
    await store.write(name, [put('purged', 6n), put('kept', 6n, 1n)], { name, from: 5n, to: 6n });
    await expect(store.write(name, [put('purged', 7n)], { name, from: 6n, to: 7n })).rejects.toThrow(
      WriteConflict,
    );
    expect((await world.scanned(name)).map(({ id, stamp }) => [id, stamp])).toEqual([
      ['kept', 6n],
      ['purged', 6n],
    ]);
    expect(await store.count(name)).toBe(2);
    // A write from the beginning is accepted in a new collection: it cannot have missed anything.
    await store.drop(name);
    await store.ensure({ name });
    await store.dropCheckpoint(name);
    await store.write(name, [put('purged', 1n)], { name, from: undefined, to: 1n });
    expect(await store.count(name)).toBe(1);
  });

  test('a projector that wakes after another has purged and swept goes on from there', async () => {
    const { log, close } = await openStores();
    const faults = new FaultsSeen();
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    let asleep: () => void = () => undefined;
    const sleeping = new Promise<void>((resolve) => (asleep = resolve));
    const paused = Object.create(world.store) as DocumentStore;
    let written = false;
    paused.write = async (...batch) => {
      asleep();
      await woken;
      await world.store.write(...batch).finally(() => (written = true));
    };
    const end = new AbortController();
    const run = (documents: DocumentStore) => {
      const feed = new Feed(log, new Codec(), faults);
      feed.start();
      const runner = new ProjectionRunner(
        documents,
        feed,
        [notes],
        async () => undefined,
        faults,
        digest,
        20,
      );
      return runner.run(end.signal, () => undefined).finally(() => feed.stop());
    };
    const keep = (id: string) => event('note.kept.v1', { id, text: 'hello' });

    await log.append('a', [keep('1'), keep('2')], -1);
    const first = run(paused);
    await sleeping;
    const second = run(world.store);
    await log.append('b', [event('note.purged.v1', { id: '1' }), keep('3')], -1);
    // The tombstone has been written, and is swept.
    await until(async () => (await world.store.checkpoint(collection)) === 3n);
    await until(async () => !(await world.store.getMany(collection, ['1'])).has('1'));
    wake();
    await until(async () => written);
    await log.append('c', [keep('4')], -1);
    await until(async () => (await world.store.checkpoint(collection)) === 4n);
    end.abort();
    await Promise.all([first, second]);
    expect(await contents(world.store, collection)).toEqual(await rebuilt(log, notes));
    await close();
  });

  test('a projector that wakes after a newer version has taken over does not put its own back', async () => {
    const { log, close } = await openStores();
    const faults = new FaultsSeen();
    const end = new AbortController();
    const switched = { ...notes, name: 'switched' };
    const key = activeKey(switched);
    await world.store.setState(key, 'switched_v0');
    const paused = Object.create(world.store) as DocumentStore;
    let looks = 0;
    // The first look is at the runner's start, the second before it lets its own version answer.
    paused.getState = async <V>(asked: string) => {
      const seen = await world.store.getState<V>(asked);
      if (asked === key && ++looks === 2) {
        await world.store.setState(key, 'switched_v2');
        end.abort();
      }
      return seen;
    };
    const feed = new Feed(log, new Codec(), faults);
    feed.start();
    const runner = new ProjectionRunner(paused, feed, [switched], async () => undefined, faults, digest, 20);
    await runner.run(end.signal, () => undefined).finally(() => feed.stop());
    expect(await world.store.getState(key)).toBe('switched_v2');
    await close();
  });
});
