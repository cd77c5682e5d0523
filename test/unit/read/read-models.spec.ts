// Queries are as fresh as the asker needs: what this process appended is in, and what is missing is told.
import { getEventListeners } from 'node:events';
import type { Projection } from '../../../projections/projection';
import type { Doc } from '../../../src/read/document-store';
import { ReadModels } from '../../../src/read/read-models';
import { StoreUnavailable } from '../../../src/store-unavailable';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';
import { meta } from '../../support/spec';

interface Note extends Doc {
  readonly text: string;
}
type NoteEvents = { 'note.written.v1': { id: string; text: string } };

const notes: Projection<Note, NoteEvents> = {
  name: 'notes',
  version: 1,
  indexes: [['text']],
  on: { 'note.written.v1': ({ id, text }) => ({ id, put: { text } }) },
};
const written = (id: string, text = 'hello') => event('note.written.v1', { id, text });

let stores: Stores;
let side: ReadSide;
beforeEach(async () => {
  stores = await openStores();
  side = new ReadSide(stores.log, stores.documents, [notes]);
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

/** Appends as a command does: the process then knows the position as its own. */
const write = (id: string, commandId = id) =>
  side.streams.change(
    { initial: 0, evolve: { 'note.written.v1': (count: number) => count + 1 } },
    `note-${id}`,
    () => [{ type: 'note.written.v1' as const, data: { id, text: 'hello' } }],
    { ...meta, commandId },
  );

test('a query sees what its process has just written', async () => {
  await side.start();
  for (let i = 0; i < 20; i++) {
    await write(String(i));
    expect(await side.models.get(notes, String(i))).toEqual({ id: String(i), text: 'hello' });
    expect(await side.models.count(notes, { text: 'hello' })).toBe(i + 1);
  }
  expect([...(await side.models.getMany(notes, ['1', 'none', '2'])).keys()].sort()).toEqual(['1', '2']);
  expect(await side.models.find(notes, { sort: ['-id'], limit: 1 })).toMatchObject({ docs: [{ id: '9' }] });
});

test('a query waits for the position the client saw', async () => {
  await side.start();
  const { position } = await stores.log.append('elsewhere', [written('1')], -1);
  expect(await side.models.get(notes, '1', { after: position })).toEqual({ id: '1', text: 'hello' });
});

test('what cannot come in time is refused where a position was asked for, and told otherwise', async () => {
  const impatient = new ReadModels(stores.documents, side.projector, side.feed, side.streams, 50);
  await side.start();
  await stores.log.append('elsewhere', [written('1')], -1);
  await side.settled(notes);
  await side.stop();
  const { position } = await write('2');
  await expect(impatient.get(notes, '2', { after: position })).rejects.toMatchObject({
    code: 'projection-behind',
  });
  const behind: bigint[] = [];
  expect(await impatient.get(notes, '2', { behind: (events) => behind.push(events) })).toBeUndefined();
  expect(behind).toEqual([1n]);
});

test('a store that is out of reach is not asked again by who has waited for it', async () => {
  let away = false;
  const asked: string[] = [];
  const documents = new Proxy(stores.documents, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      asked.push(String(name));
      if (away) return () => Promise.reject(new StoreUnavailable('MongoDB'));
      return member.bind(target) as unknown;
    },
  });
  const other = new ReadSide(stores.log, documents, [notes]);
  await other.start();
  await write('1');
  await other.settled(notes);
  const models = new ReadModels(documents, other.projector, other.feed, side.streams, 50);
  away = true;
  await write('2');
  asked.length = 0;
  await expect(models.get(notes, '2')).rejects.toThrow(StoreUnavailable);
  expect(asked).not.toContain('getMany');
  away = false;
  await other.settled(notes);
  expect(await models.get(notes, '2')).toEqual({ id: '2', text: 'hello' });
  await other.stop();
});

test('what is behind is told without reading the log', async () => {
  await side.start();
  await write('1');
  await side.settled(notes);
  await side.stop();
  await stores.log.append(
    'elsewhere',
    Array.from({ length: 3_000 }, (_, n) => written(`e${n}`)),
    -1,
  );
  await write('2');
  const asked: string[] = [];
  const log = new Proxy(stores.log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      asked.push(String(name));
      return member.bind(target) as unknown;
    },
  });
  const { projector, feed } = new ReadSide(log, stores.documents, [notes]);
  const impatient = new ReadModels(stores.documents, projector, feed, side.streams, 1);
  const behind: bigint[] = [];
  for (let i = 0; i < 10; i++)
    expect(await impatient.count(notes, {}, { behind: (events) => behind.push(events) })).toBe(1);
  expect({ behind, asked }).toEqual({ behind: Array<bigint>(10).fill(3_001n), asked: [] });
});

test('jobs wait for a position until they are told to stop', async () => {
  await side.start();
  const giveUp = new AbortController();
  const waiting = side.models.waitFor(notes, 5n, giveUp.signal);
  giveUp.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  const reached = side.models.waitFor(notes, 1n, AbortSignal.timeout(20_000));
  await stores.log.append('elsewhere', [written('1'), written('2')], -1);
  await reached;
  expect(await side.models.checkpoint(notes)).toBe(1n);
  expect(await side.models.collection(notes)).toBe('notes_v1');
});

test('who has waited for a position leaves nothing behind', async () => {
  await side.start();
  const { signal } = new AbortController();
  for (let round = 0; round < 20; round++) {
    const { position } = await stores.log.append(`stream-${round}`, [written('1')], -1);
    await side.models.waitFor(notes, position, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  }
});

test('jobs hear of changed documents alone', async () => {
  const heard: string[] = [];
  side.projector.onChanged((name) => heard.push(name));
  await side.start();
  await write('first');
  await side.settled(notes);
  heard.length = 0;
  for (let n = 0; n < 20; n++) {
    await stores.log.append(`other-${n}`, [event('other.happened.v1', {})], -1);
    await side.settled(notes);
  }
  expect(heard).toEqual([]);
  await stores.log.append('elsewhere', [written('1')], -1);
  await side.settled(notes);
  expect(heard).toEqual(['notes']);
});

test('a process that does not project finds out by the store', async () => {
  const other = new ReadSide(stores.log, stores.documents, [notes]);
  await side.start();
  const { position } = await stores.log.append('elsewhere', [written('1')], -1);
  expect(await other.models.get(notes, '1', { after: position })).toEqual({ id: '1', text: 'hello' });
  await other.models.waitFor(notes, position, AbortSignal.timeout(20_000));
  expect(await other.projector.status()).toMatchObject([{ state: 'live', position }]);
});
