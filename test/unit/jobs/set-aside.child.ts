// A process that carries out one kind of job, and tells its parent what becomes of it. `poison` kills its own process;
// `slow` gets somewhere each time and is killed by the parent; `stuck` gets nowhere and is killed by the parent.
import { join } from 'node:path';
import type { Projection } from '../../../projections/projection';
import { Jobs, type JobContext } from '../../../src/jobs/jobs';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import type { Doc } from '../../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { FaultsSeen } from '../../support/faults-seen';
import { event, ReadSide } from '../../support/read-side';

export type Told = 'calm' | 'running' | 'done' | `failed: ${string}`;
/** What the parent starts it with: calm from when on, what the job does, and whether it is asked for only then. */
export interface Given {
  readonly folder: string;
  readonly calmMs: number;
  readonly does: 'poison' | 'slow' | 'stuck' | 'end';
}

interface Task extends Doc {
  readonly status: string;
}
const tasks: Projection<Task, { 'task.moved.v1': { id: string; status: string } }> = {
  name: 'tasks-to-do',
  version: 1,
  on: { 'task.moved.v1': ({ id, status }) => ({ id, put: { status } }) },
};

const tell = (told: Told): void => void process.send!(told);
const forEver = () => new Promise<never>(() => setInterval(() => {}, 1_000));

async function main({ folder, calmMs, does }: Given): Promise<void> {
  const log = await EmbeddedEventStore.open(folder);
  const documents = await EmbeddedDocumentStore.open(join(folder), new FaultsSeen());
  const side = await new ReadSide(log, documents, [tasks]).start();
  const move = (status: string) =>
    log.append(`task-1-${status}`, [event('task.moved.v1', { id: '1', status })], -1);
  const jobs = new Jobs(documents, log, side.models, side.faults, undefined, {
    idleMs: 20,
    retryMs: 20,
    againMs: 20,
    calmMs,
  });
  const run = async (_: Task, context: JobContext): Promise<void> => {
    if (does === 'poison') process.kill(process.pid, 'SIGKILL');
    if (does === 'end') {
      await move('DONE');
      return tell('done');
    }
    const before = (await jobs.progress('task', '1'))?.done ?? 0;
    if (does === 'slow') {
      context.report(before + 1, 1_000);
      while ((await jobs.progress('task', '1'))?.done !== before + 1) await new Promise(setImmediate);
    }
    tell('running');
    await forEver();
  };
  const fail = async (_: Task, reason: string): Promise<void> => {
    await move('FAILED');
    tell(`failed: ${reason}`);
  };
  jobs.register({ name: 'task', projection: tasks, pending: { status: 'OPEN' }, run, fail });
  side.projector.onChanged((projection) => jobs.wake(projection));
  jobs.start();
  // Only the first time: later it stands in the log.
  process.on('message', () => void move('OPEN'));
  setTimeout(() => tell('calm'), calmMs);
}

void main(JSON.parse(process.argv[2]!) as Given);
