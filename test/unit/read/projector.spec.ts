// The projector over embedded stores: order, batches, redelivery, stops, new versions, sweeps.
import type { Projection } from '../../../projections/projection';
import { PAGE_BYTES, type Doc, type DocumentStore } from '../../../src/read/document-store';
import { contents, event, openStores, ReadSide, rebuilt, type Stores } from '../../support/read-side';

interface Ticket extends Doc {
  readonly subject: string;
  readonly moves: number;
}
type TicketEvents = {
  'ticket.opened.v1': { id: string; subject: string };
  'ticket.moved.v1': { id: string };
  'ticket.closed.v1': { id: string };
};

const tickets: Projection<Ticket, TicketEvents> = {
  name: 'tickets',
  version: 1,
  indexes: [['subject']],
  on: {
    'ticket.opened.v1': ({ id, subject }) => ({ id, put: { subject, moves: 0 } }),
    'ticket.moved.v1': ({ id }) => ({ id, change: (old) => old && { ...old, moves: old.moves + 1 } }),
    'ticket.closed.v1': ({ id }) => ({ id, remove: true }),
  },
};
const opened = (id: string, subject = 'Broken') => event('ticket.opened.v1', { id, subject });
const moved = (id: string) => event('ticket.moved.v1', { id });
const closed = (id: string) => event('ticket.closed.v1', { id });

let stores: Stores;
const sides: ReadSide[] = [];
const started = async (
  projections = [tickets] as readonly Projection<Ticket, TicketEvents>[],
  documents?: DocumentStore,
) => {
  const side = new ReadSide(stores.log, documents ?? stores.documents, projections, { sweepMs: 20 });
  sides.push(side);
  return side.start();
};
const append = (stream: string, ...events: ReturnType<typeof event>[]) =>
  stores.log.append(stream, events, -1);

beforeEach(async () => {
  stores = await openStores();
});
afterEach(async () => {
  await Promise.all(sides.splice(0).map((side) => side.stop()));
  await stores.close();
});

test('events that were there before, and events that come, are applied in order', async () => {
  await append('a', opened('1'), moved('1'));
  const side = await started();
  await side.settled(tickets);
  await append('b', moved('1'), opened('2'), moved('1'));
  await side.settled(tickets);
  expect(await side.models.get(tickets, '1')).toEqual({ id: '1', subject: 'Broken', moves: 3 });
  expect(await side.models.count(tickets)).toBe(2);
  expect(await side.projector.status()).toEqual([
    { name: 'tickets', version: 1, state: 'live', position: await stores.log.head(), lag: 0n },
  ]);
});

test('a document that is removed and put again within a batch or later is there', async () => {
  const side = await started();
  await append('a', opened('1'), closed('1'), opened('2'), closed('2'), opened('2', 'Again'));
  await side.settled(tickets);
  await append('b', opened('1', 'Later'), closed('3'));
  await side.settled(tickets);
  expect(await contents(stores.documents, 'tickets_v1')).toEqual(await rebuilt(stores.log, tickets));
});

test('small events of large documents are applied a few at a time, in order', async () => {
  const bytes = 100_000;
  const ids = Array.from({ length: 100 }, (_, i) => `t${i}`);
  await Promise.all(ids.map((id) => append(`o-${id}`, opened(id, 'x'.repeat(bytes)))));
  const first = await started();
  await first.settled(tickets);
  await first.stop();
  await append('moves', ...ids.map(moved), closed('t7'));
  const documents = Object.create(stores.documents) as DocumentStore;
  const written: number[] = [];
  documents.write = (collection, writes, checkpoint) => {
    written.push(writes.length);
    return stores.documents.write(collection, writes, checkpoint);
  };
  const second = await started([tickets], documents);
  await second.settled(tickets);
  expect(written.length).toBeGreaterThan(1);
  expect(Math.max(...written)).toBeLessThan((2 * PAGE_BYTES) / bytes);
  expect(await contents(stores.documents, 'tickets_v1')).toEqual(await rebuilt(stores.log, tickets));
});

test('batches delivered twice change nothing', async () => {
  await append('a', opened('1'), moved('1'), opened('2'), closed('2'));
  const first = await started();
  await first.settled(tickets);
  await first.stop();
  const once = await contents(stores.documents, 'tickets_v1');
  await stores.documents.dropCheckpoint('tickets_v1');
  const second = await started();
  await second.settled(tickets);
  expect(await contents(stores.documents, 'tickets_v1')).toEqual(once);
});

test('two projectors at once do no harm', async () => {
  const both = [await started(), await started()];
  for (let i = 0; i < 40; i++)
    await append(`s${i}`, opened(`${i % 7}`), moved(`${(i + 1) % 7}`), closed(`${(i + 3) % 7}`));
  for (const side of both) await side.settled(tickets);
  expect(await contents(stores.documents, 'tickets_v1')).toEqual(await rebuilt(stores.log, tickets));
});

test('a projector that is stopped and started again goes on where it was', async () => {
  for (let round = 0; round < 5; round++) {
    const side = await started();
    for (let i = 0; i < 20; i++) await append(`r${round}s${i}`, opened(`${i}`), moved(`${i}`));
    await side.stop();
  }
  const side = await started();
  await side.settled(tickets);
  expect(await contents(stores.documents, 'tickets_v1')).toEqual(await rebuilt(stores.log, tickets));
});

describe('an event that a projection cannot apply', () => {
  const fussy: Projection<Ticket, TicketEvents> = {
    ...tickets,
    name: 'fussy',
    on: {
      ...tickets.on,
      'ticket.moved.v1': () => {
        throw new RangeError('holds a value');
      },
    },
  };

  test('stops that projection alone, after the events before it, and shows without values', async () => {
    const side = await started([fussy, tickets]);
    await append('a', opened('1'), moved('1'), opened('2'));
    await side.settled(tickets);
    await expect(side.settled(fussy)).rejects.toThrow('The projection fussy is stopped');
    expect(await contents(stores.documents, 'fussy_v1')).toEqual(
      new Map([['1', { id: '1', subject: 'Broken', moves: 0 }]]),
    );
    const [status] = await side.projector.status();
    expect(status).toMatchObject({
      state: 'stopped',
      error: { name: 'RangeError', position: '1', eventType: 'ticket.moved.v1' },
    });
    expect(JSON.stringify(status!.error)).not.toContain('holds a value');
  });

  test('is tried again at the next start', async () => {
    const side = await started([fussy]);
    await append('a', opened('1'), moved('1'));
    await expect(side.settled(fussy)).rejects.toThrow('stopped');
    await side.stop();
    const mended = { ...fussy, on: tickets.on };
    const again = await started([mended]);
    await again.settled(mended);
    expect(await contents(stores.documents, 'fussy_v1')).toEqual(await rebuilt(stores.log, mended));
  });
});

describe('a new version', () => {
  const second: Projection<Ticket, TicketEvents> = {
    ...tickets,
    version: 2,
    on: {
      ...tickets.on,
      'ticket.opened.v1': ({ id, subject }) => ({ id, put: { subject: subject.toUpperCase(), moves: 0 } }),
    },
  };

  test('takes over when it has caught up, and the old collection goes', async () => {
    const before = await started();
    await append('a', opened('1'));
    await before.settled(tickets);
    await before.stop();
    const after = await started([second]);
    await after.settled(second);
    expect(await after.models.get(second, '1')).toMatchObject({ subject: 'BROKEN' });
    await after.stop();
    expect(await stores.documents.collections()).toEqual(['tickets_v2']);
  });

  test('that cannot be built leaves the old one answering, marked as behind', async () => {
    const before = await started();
    await append('a', opened('1'));
    await before.settled(tickets);
    await before.stop();
    const broken: typeof second = {
      ...second,
      on: {
        'ticket.opened.v1': () => {
          throw new Error('no');
        },
      },
    };
    const after = await started([broken]);
    await expect(after.settled(broken)).rejects.toThrow('stopped');
    await after.streams.store.append('b', [opened('2')], -1);
    const behind: bigint[] = [];
    expect(await after.models.get(broken, '1', { behind: (events) => behind.push(events) })).toMatchObject({
      subject: 'Broken',
    });
    expect(await after.models.collection(broken)).toBe('tickets_v1');
    const head = await stores.log.head();
    await expect(after.models.get(broken, '1', { after: head })).rejects.toMatchObject({
      code: 'projection-behind',
    });
  });

  test('keeps the old collection while a job holds it', async () => {
    const before = await started();
    await append('a', opened('1'));
    await before.settled(tickets);
    await before.stop();
    const after = new ReadSide(stores.log, stores.documents, [second], { sweepMs: 20 });
    sides.push(after);
    const release = after.projector.hold(0n);
    await after.start();
    await after.settled(second);
    expect(await stores.documents.collections()).toEqual(['tickets_v1', 'tickets_v2']);
    release();
    await until(async () => (await stores.documents.collections()).length === 1);
  });
});

test('a read model that cannot be swept keeps no other from it', async () => {
  const others: typeof tickets = { ...tickets, name: 'tickets-of-others' };
  const documents = Object.create(stores.documents) as DocumentStore;
  const swept = new Promise<void>((resolve) => {
    documents.sweep = (collection) => {
      if (collection.startsWith('tickets_')) return Promise.reject(new Error('cannot'));
      resolve();
      return Promise.resolve();
    };
  });
  const side = await started([tickets, others], documents);
  await side.faults.seen('sweep');
  await swept;
});

test('a process whose lease an older version held meanwhile builds the newer one again', async () => {
  const second: typeof tickets = { ...tickets, version: 2 };
  const lease = 'lease:projector';
  const taken = { holder: 'older', beat: 0 };
  const newer = new ReadSide(stores.log, shared(stores.documents), [second]);
  sides.push(newer);
  await newer.start();
  await append('a', opened('1'));
  await newer.settled(second);
  await stores.documents.setState(lease, taken);
  const stillSame = async () =>
    JSON.stringify(await stores.documents.getState(lease)) === JSON.stringify(taken);
  // Over the embedded store itself no lease is asked for: this is the process of the older version.
  const older = await started([tickets]);
  await older.settled(tickets);
  await until(async () => (await stores.documents.collections()).join() === 'tickets_v1');
  await older.stop();
  expect(await stillSame()).toBe(true);
  await stores.documents.compareAndSet(lease, taken, undefined);
  await append('b', opened('2'));
  await newer.settled(second);
  await until(async () => (await stores.documents.collections()).join() === 'tickets_v2');
  expect(await contents(stores.documents, 'tickets_v2')).toEqual(await rebuilt(stores.log, second));
});

test('tombstones are swept once the checkpoint has passed them, unless a job needs them', async () => {
  const side = await started();
  const release = side.projector.hold(0n);
  await append('a', opened('1'), closed('1'));
  await side.settled(tickets);
  const tombstones = async () => (await stores.documents.getMany('tickets_v1', ['1'])).size;
  for (let i = 0; i < 5; i++) await append(`more${i}`, opened('2'));
  await side.settled(tickets);
  expect(await tombstones()).toBe(1);
  release();
  await until(async () => (await tombstones()) === 0);
});

/** The store as one that other processes have open, too: who projects needs the lease. */
const shared = (documents: DocumentStore): DocumentStore =>
  new Proxy(documents, {
    get(target, name) {
      if (name === 'exclusive') return false;
      const member = Reflect.get(target, name) as unknown;
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

/** Until something that happens by a timer of the projector has happened. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await happened())) {
    if (Date.now() > deadline) throw new Error('It did not happen');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
