// A lease has one holder while the store answers, changes hands when it is given back or its holder is dead, and what
// fails about it is told.
import { WriteConflict, type DocumentStore } from '../../../src/read/document-store';
import { alone, Lease } from '../../../src/read/lease';
import { FaultsSeen } from '../../support/faults-seen';
import { openStores, type Stores } from '../../support/read-side';

const times = { beatMs: 5, lookMs: 5, deadAfterMs: 2_000 };
const KEY = 'lease:work';

let stores: Stores;
let faults: FaultsSeen;
let over: AbortController;
beforeEach(async () => {
  stores = await openStores();
  faults = new FaultsSeen();
  over = new AbortController();
});
afterEach(async () => {
  over.abort();
  await stores.close();
});

const lease = (documents: DocumentStore = stores.documents) => new Lease(documents, 'work', faults, times);
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Holds a lease until it is told to let go, or loses it. */
function holding(of: Lease) {
  const letGo = new AbortController();
  let taken!: () => void;
  const held = new Promise<void>((resolve) => (taken = resolve));
  const ended = of.hold(over.signal, async (signal) => {
    taken();
    await Promise.race([aborted(signal), aborted(letGo.signal)]);
  });
  return { held, ended, letGo: () => letGo.abort() };
}

/** The store as one whose answers to a lease's beats are what a test makes of them. */
function store(answer: (real: () => Promise<boolean>) => Promise<boolean>): DocumentStore {
  const changed = Object.create(stores.documents) as DocumentStore;
  changed.compareAndSet = (key, expected, next) =>
    answer(() => stores.documents.compareAndSet(key, expected, next));
  return changed;
}

test('what its holder gives back is the next one’s at once', async () => {
  const first = holding(lease());
  await first.held;
  const second = holding(lease());
  first.letGo();
  await first.ended;
  await second.held;
  second.letGo();
  await second.ended;
  expect(await stores.documents.getState(KEY)).toBeUndefined();
  expect(faults.reported).toEqual([]);
});

test('a holder that beats keeps it, and what a dead one left is taken', async () => {
  await stores.documents.setState(KEY, { holder: 'dead', beat: 7 });
  const first = holding(lease());
  await first.held;
  let taken = false;
  const second = holding(lease());
  void second.held.then(() => (taken = true));
  for (let beat = 0; beat < 40; await new Promise(setImmediate))
    ({ beat } = (await stores.documents.getState<{ beat: number }>(KEY))!);
  expect(taken).toBe(false);
});

test('a holder whose store does not answer gives up, however long the answer takes', async () => {
  let hanging = false;
  const hangs = store((real) => (hanging ? new Promise(() => undefined) : real()));
  const lost = new Promise<void>((resolve) => {
    const work = async (signal: AbortSignal) => {
      hanging = true;
      await aborted(signal);
      resolve();
    };
    void lease(hangs).hold(over.signal, work);
  });
  await lost;
});

test('a beat that was written, though nobody heard of it, is still its own', async () => {
  let unheard = 0;
  const deaf = store(async (real) => {
    const written = await real();
    if (unheard++ === 1) throw new Error('The connection is lost');
    return written;
  });
  const { held, ended, letGo } = holding(lease(deaf));
  await held;
  await faults.seen('lease:work');
  while (faults.failing.size > 0) await new Promise(setImmediate);
  letGo();
  await ended;
  expect(await stores.documents.getState(KEY)).toBeUndefined();
});

test('a store that cannot be asked is asked again, and told', async () => {
  let failures = 0;
  const broken = store((real) => (failures++ < 3 ? Promise.reject(new Error('Out of reach')) : real()));
  const { held, ended, letGo } = holding(lease(broken));
  await held;
  expect(faults.reported.map(({ part }) => part)).toEqual(Array(3).fill('lease:work'));
  expect(faults.failing.size).toBe(0);
  letGo();
  await ended;
});

test.each([true, false])(
  'work of one process at a time is begun anew, the store its own or not: %s',
  async (exclusive) => {
    const documents = Object.assign(
      store((real) => real()),
      { exclusive },
    );
    let begun = 0;
    await alone({ part: 'tree', documents, faults, retryMs: 1, lease: times }, over.signal, async () => {
      if (++begun === 1) throw new Error('broken');
      // Another process was at it: that is no fault.
      if (begun === 2) throw new WriteConflict();
      over.abort();
    });
    expect(begun).toBe(3);
    expect(faults.reported).toEqual([{ part: 'tree', error: new Error('broken') }]);
  },
);
