// Jobs are taken from the list of a read model, once each, and told when they are cancelled or the server stops.
import type { Projection } from '../../../projections/projection';
import { Jobs, type JobContext, type JobTimes } from '../../../src/jobs/jobs';
import { Later } from '../../../src/jobs/later';
import type { Doc, DocumentStore } from '../../../src/read/document-store';
import { ReadModels } from '../../../src/read/read-models';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';

interface Task extends Doc {
  readonly status: 'OPEN' | 'DONE' | 'CANCELLED';
}
type TaskEvents = { 'task.moved.v1': { id: string; status: Task['status'] } };
const tasks: Projection<Task, TaskEvents> = {
  name: 'tasks-to-do',
  version: 1,
  indexes: [['status']],
  on: { 'task.moved.v1': ({ id, status }) => ({ id, put: { status } }) },
};

let stores: Stores;
let side: ReadSide;
let jobs: Jobs;

beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [tasks]).start();
});
afterEach(async () => {
  await jobs.stop();
  await side.stop();
  await stores.close();
});

const move = async (id: string, status: Task['status']) => {
  const stream = `task-${id}-${status}`;
  return stores.log.append(stream, [event('task.moved.v1', { id, status })], -1);
};

/** Runs the jobs that are open with what a test makes of them. */
function work(
  run: (task: Task, context: JobContext) => Promise<void>,
  documents: DocumentStore = stores.documents,
  times: JobTimes = { idleMs: 1_000, retryMs: 5_000, againMs: 1_000, calmMs: 10_000 },
) {
  jobs = new Jobs(documents, stores.log, side.models, side.faults, undefined, times);
  const fail = ({ id }: Task) => Promise.reject(new Error(`${id} is set aside`));
  jobs.register({ name: 'task', projection: tasks, pending: { status: 'OPEN' }, run, fail });
  side.projector.onChanged((projection) => jobs.wake(projection));
  jobs.start();
}

const aborted = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

test('each job runs once, the oldest first', async () => {
  const ran: string[] = [];
  for (const id of ['2', '1', '3']) await move(id, 'OPEN');
  await side.settled(tasks);
  await new Promise<void>((resolve) =>
    work(async ({ id }) => {
      ran.push(id);
      await move(id, 'DONE');
      if (ran.length === 3) resolve();
    }),
  );
  await side.settled(tasks);
  await jobs.stop();
  expect(ran).toEqual(['1', '2', '3']);
  expect(side.faults.reported).toEqual([]);
});

test('a job that nobody waits for any more is told that it is cancelled', async () => {
  await move('1', 'OPEN');
  const reason = await new Promise((resolve) =>
    work(async (_, { signal }) => {
      const told = aborted(signal);
      await move('1', 'CANCELLED');
      resolve(await told);
    }),
  );
  expect(reason).toBe('cancelled');
});

test('a job that ends because it was cancelled has not failed', async () => {
  await move('1', 'OPEN');
  await new Promise<void>((resolve) =>
    work(async ({ id }, { signal }) => {
      if (id === '2') return resolve();
      const told = aborted(signal);
      await move('1', 'CANCELLED');
      await move('2', 'OPEN');
      throw await told;
    }),
  );
  expect(side.faults.reported).toEqual([]);
});

test('a job is told when the server stops, and is waited for', async () => {
  let reason: unknown;
  await move('1', 'OPEN');
  await new Promise<void>((resolve) =>
    work(async (_, { signal }) => {
      resolve();
      reason = await aborted(signal);
    }),
  );
  await jobs.stop();
  expect(reason).toBe('shutdown');
});

test('a job is told when the server stops while the job is taken up', async () => {
  const documents = Object.create(stores.documents) as DocumentStore;
  let stopped: Promise<void> | undefined;
  documents.compareAndSet = (...args) => {
    if (args[0] === 'attempt:task:1') stopped ??= jobs.stop();
    return stores.documents.compareAndSet(...args);
  };
  await move('1', 'OPEN');
  const reason = await new Promise((resolve) =>
    work(async (_, { signal }) => resolve(signal.aborted ? signal.reason : await aborted(signal)), documents),
  );
  await stopped;
  expect(reason).toBe('shutdown');
});

/** Nobody looks but who is told to. */
const HOUR = 3_600_000;
const TOLD_ONLY: JobTimes = { idleMs: HOUR, retryMs: HOUR, againMs: HOUR, calmMs: 10_000 };

/** The stores' documents, with a count of the looks for jobs. */
function counting() {
  const looks = { count: 0 };
  const documents = Object.create(stores.documents) as DocumentStore;
  documents.find = (...args) => {
    if (args[0].startsWith(tasks.name)) looks.count += 1;
    return stores.documents.find(...args);
  };
  return { looks, documents };
}

test('jobs are looked for when their own list has changed, however much else is written', async () => {
  const { looks, documents } = counting();
  const models = new ReadModels(documents, side.projector, side.feed, side.streams);
  const done = new Set<string>();
  let ended = () => {};
  jobs = new Jobs(documents, stores.log, models, side.faults, undefined, TOLD_ONLY);
  const run = async ({ id }: Task) => {
    await move(id, 'DONE');
    done.add(id);
    ended();
  };
  const fail = () => Promise.reject(new Error());
  jobs.register({ name: 'task', projection: tasks, pending: { status: 'OPEN' }, run, fail });
  side.projector.onChanged((projection) => jobs.wake(projection));
  jobs.start();
  for (let n = 0; n < 200; n++) {
    await stores.log.append(`elsewhere-${n}`, [event('something.else.v1', {})], -1);
    await side.settled(tasks);
  }
  // When the loop begins, and when the projection does.
  expect(looks.count).toBeLessThanOrEqual(2);
  const both = new Promise<void>((resolve) => (ended = () => void (done.size === 2 && resolve())));
  for (const id of ['1', '2']) await move(id, 'OPEN');
  await both;
});

test('a job that returns without an ending is not run again at once', async () => {
  const ran: string[] = [];
  await move('1', 'OPEN');
  await side.settled(tasks);
  await new Promise<void>((resolve) =>
    work(
      async ({ id }) => {
        ran.push(id);
        // Its list changes time and again, and others come after it.
        for (let n = 0; n < 20; n++) await move(`${ran.length}-${n}`, 'DONE');
        if (ran.length === 1) await move('2', 'OPEN');
        if (id !== '1') await move(id, 'DONE').then(() => resolve());
      },
      stores.documents,
      TOLD_ONLY,
    ),
  );
  for (let n = 0; n < 50; n++) {
    await move(`other-${n}`, 'DONE');
    await side.settled(tasks);
  }
  expect(ran).toEqual(['1', '2']);
});

test('a job that keeps returning without an ending is left alone for longer each time', () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(0);
  const later = new Later(1_000);
  const at = (time: number) => now.mockReturnValue(time);
  later.addLonger('1');
  at(999);
  expect(later.ids()).toEqual(['1']);
  at(1_000);
  expect(later.ids()).toEqual([]);
  later.addLonger('1');
  at(2_999);
  expect(later.ids()).toEqual(['1']);
  for (let round = 0, time = 3_000; round < 10; round++, time += 60_000) {
    at(time);
    later.addLonger('1');
  }
  at(3_000 + 9 * 60_000 + 59_999);
  expect(later.ids()).toEqual(['1']);
  at(3_000 + 11 * 60_000);
  expect(later.ids()).toEqual([]);
  now.mockRestore();
});

test('a store that fails while a job runs neither ends the job nor the process', async () => {
  const failing = Object.create(stores.documents) as DocumentStore;
  const asked = new Promise<void>((resolve) => {
    failing.count = () => {
      resolve();
      return Promise.reject(new Error('The connection is lost'));
    };
  });
  await move('1', 'OPEN');
  const wasAborted = await new Promise<boolean>((resolve) =>
    work(async ({ id }, { signal }) => {
      await asked;
      // Whatever was rejected has been noticed a turn of the loop later.
      await new Promise(setImmediate);
      await move(id, 'DONE');
      resolve(signal.aborted);
    }, failing),
  );
  await jobs.stop();
  expect(wasAborted).toBe(false);
  expect(side.faults.reported).toEqual([]);
});
