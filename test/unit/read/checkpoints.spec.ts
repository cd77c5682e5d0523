// How often a projection writes its checkpoint where other processes look at it.
import type { Projection } from '../../../projections/projection';
import type { Doc, DocumentStore } from '../../../src/read/document-store';
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

test('events that are none of its own cost a projection no write each, and others soon see how far it is', async () => {
  const real = setTimeout;
  const due: (() => void)[] = [];
  const timers = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms: number) => {
    // That time is over when this test says so.
    if (ms !== TOLD_AFTER_MS) return real(work, ms);
    due.push(work);
    return {};
  }) as never);
  writes.clear();
  for (let n = 0; n < EVENTS; n++) {
    await stores.log.append(`ticket-${n}`, [event('ticket.opened.v1', { id: String(n) })], -1);
    await side.settled(tickets);
    await side.settled(invoices);
  }
  timers.mockRestore();
  expect([writes.get('tickets_v1'), writes.get('invoices_v1')]).toEqual([EVENTS, undefined]);
  // Others wait as long for something else.
  for (const work of due) work();
  while ((await stores.documents.checkpoint('invoices_v1')) !== (await stores.log.head()))
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(writes.get('invoices_v1')).toBe(1);
});

test('what is applied while a checkpoint is being written is told, too', async () => {
  const open = (id: string) => stores.log.append(`ticket-${id}`, [event('ticket.opened.v1', { id })], -1);
  const tick = () => new Promise((resolve) => setTimeout(resolve, 5));
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
