// How often a projection writes its checkpoint where other processes look at it.
import type { Projection } from '../../../projections/projection';
import type { Checkpoint, Doc, DocumentStore } from '../../../src/read/document-store';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';

type OwnEvents = { 'ticket.opened.v1': { id: string }; 'invoice.sent.v1': { id: string } };
const takes = (name: string, type: keyof OwnEvents): Projection<Doc, OwnEvents> => ({
  name,
  version: 1,
  on: { [type]: ({ id }: { id: string }) => ({ id, put: {} }) },
});
const tickets = takes('tickets', 'ticket.opened.v1');
const invoices = takes('invoices', 'invoice.sent.v1');

let stores: Stores;
let side: ReadSide;
/** What writes wait for, where a test says so. */
let slow: Promise<void> | undefined;
/** Writes of each collection, as other processes cause and see them. */
const writes = new Map<string, number>();
/** The checkpoints of invoices, in the order in which they were written. */
const told: bigint[] = [];

/** The store as one that others have open, too. */
const shared = (documents: DocumentStore): DocumentStore =>
  new Proxy(documents, {
    get(target, name) {
      if (name === 'exclusive') return false;
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      return (...asked: unknown[]): unknown => {
        const go = (): unknown => Reflect.apply(member, target, asked);
        if (name !== 'write') return go();
        writes.set(String(asked[0]), (writes.get(String(asked[0])) ?? 0) + 1);
        if (asked[0] === 'invoices_v1') told.push((asked[2] as Checkpoint).to);
        return slow ? slow.then(go) : go();
      };
    },
  });

beforeEach(async () => {
  stores = await openStores();
  side = new ReadSide(stores.log, shared(stores.documents), [tickets, invoices]);
  await side.start();
  await side.settled(tickets);
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

const EVENTS = 20;
const TOLD_AFTER_MS = 100;
const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Holds up what is told others from now on: `tell` has its time come, `restore` lets time go on by itself. */
const heldTime = () => {
  const real = setTimeout;
  const due: (() => void)[] = [];
  const timers = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms: number) => {
    if (ms !== TOLD_AFTER_MS) return real(work, ms);
    due.push(work);
    return {};
  }) as never);
  const tell = () => {
    for (const work of due.splice(0)) work();
  };
  return { tell, restore: () => timers.mockRestore() };
};

test('events that are none of its own cost a projection no write each, and others soon see how far it is', async () => {
  const time = heldTime();
  writes.clear();
  for (let n = 0; n < EVENTS; n++) {
    await stores.log.append(`ticket-${n}`, [event('ticket.opened.v1', { id: String(n) })], -1);
    await side.settled(tickets);
    await side.settled(invoices);
  }
  time.restore();
  expect([writes.get('tickets_v1'), writes.get('invoices_v1')]).toEqual([EVENTS, undefined]);
  // Others wait as long for something else.
  time.tell();
  while ((await stores.documents.checkpoint('invoices_v1')) !== (await stores.log.head())) await tick();
  expect(writes.get('invoices_v1')).toBe(1);
});

test('what is applied while a checkpoint is being written is told, too', async () => {
  const open = (id: string) => stores.log.append(`ticket-${id}`, [event('ticket.opened.v1', { id })], -1);
  await side.settled(invoices);
  let letOn = (): void => undefined;
  slow = new Promise((resolve) => (letOn = resolve));
  writes.clear();
  await open('a');
  while (!writes.get('invoices_v1')) await tick();
  await open('b');
  await side.settled(invoices);
  letOn();
  slow = undefined;
  const head = await stores.log.head();
  while ((await stores.documents.checkpoint('invoices_v1')) !== head) await tick();
});

test('a checkpoint never goes back, though its time to be told comes while a later one is being written', async () => {
  const time = heldTime();
  await stores.log.append('ticket-a', [event('ticket.opened.v1', { id: 'a' })], -1);
  await side.settled(invoices);
  let letOn = (): void => undefined;
  slow = new Promise((resolve) => (letOn = resolve));
  writes.clear();
  told.length = 0;
  const { position } = await stores.log.append('invoice-a', [event('invoice.sent.v1', { id: 'a' })], -1);
  while (!writes.get('invoices_v1')) await tick();
  time.tell();
  time.restore();
  letOn();
  slow = undefined;
  await side.settled(invoices);
  await side.stop();
  expect(told).toEqual([position]);
});

test('what changes a document goes on from the checkpoint that was written without one', async () => {
  await stores.log.append('ticket-a', [event('ticket.opened.v1', { id: 'a' })], -1);
  await side.settled(invoices);
  await stores.log.append('invoice-a', [event('invoice.sent.v1', { id: 'a' })], -1);
  await side.settled(invoices);
  expect(await side.models.get(invoices, 'a')).toEqual({ id: 'a' });
  expect(await stores.documents.checkpoint('invoices_v1')).toBe(await stores.log.head());
});

test('the last of it is written at the end', async () => {
  await stores.log.append('ticket-a', [event('ticket.opened.v1', { id: 'a' })], -1);
  await side.settled(invoices);
  await side.stop();
  expect(await stores.documents.checkpoint('invoices_v1')).toBe(await stores.log.head());
});
