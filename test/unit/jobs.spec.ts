// Jobs are taken from the list of a read model, once each, and told when they are cancelled or the server stops.
import type { Projection } from '../../projections/projection';
import { Jobs, type JobContext } from '../../src/jobs/jobs';
import type { Doc, DocumentStore } from '../../src/read/document-store';
import { event, openStores, ReadSide, type Stores } from '../support/read-side';

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
const logged: string[] = [];

beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [tasks]).start();
  logged.length = 0;
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
) {
  jobs = new Jobs(documents, stores.log, side.models, {
    error: (_, message) => void logged.push(message),
  });
  jobs.register({ name: 'task', projection: tasks, pending: { status: 'OPEN' }, run });
  side.projector.onApplied(() => jobs.wake());
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
  expect(logged).toEqual([]);
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
  expect(logged).toEqual([]);
});
