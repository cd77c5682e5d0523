// Jobs that build files, tried with a capability that has the least of one: reports.
import { Readable } from 'node:stream';
import type { Projection } from '../../../projections/projection';
import { parseConfig } from '../../../src/config';
import type { Decider } from '../../../src/eventsourcing/decider';
import { eventsOf, type Meta } from '../../../src/eventsourcing/event';
import { Files } from '../../../src/files/files';
import { FileJobs, isLast, type FileJobKind } from '../../../src/jobs/file-jobs';
import { Jobs, type JobContext, type JobKind } from '../../../src/jobs/jobs';
import {
  filePath,
  OVERTAKEN,
  removeLeftovers,
  sweepFiles,
  withdrawFile,
  type StoredFiles,
} from '../../../src/jobs/stored-files';
import type { Places } from '../../../src/jobs/thread-stores';
import type { Doc } from '../../../src/read/document-store';
import { ProjectionStopped } from '../../../src/read/read-models';
import { Refusal } from '../../../src/refusals';
import { openStores, ReadSide, type Stores } from '../../support/read-side';
import { oneRound } from '../../support/rounds';
import { meta } from '../../support/spec';

type ReportEvents = {
  'report.requested.v1': { id: string };
  'report.started.v1': { attempt: number };
  'report.completed.v1': { file: string; knows: number };
  'report.failed.v1': { reason: string };
  'report.cancelled.v1': object;
  'report.erasure-met.v1': { erasure: number };
  'report.withdrawn.v1': object;
  'report.expired.v1': object;
};
const ev = eventsOf<ReportEvents>();

interface Report {
  readonly status: 'none' | 'queued' | 'running' | 'ended';
  readonly attempt: number;
  readonly file?: string | undefined;
  /** The last erasure that it has met. */
  readonly erasure: number;
  readonly reason?: string;
}
const report: Decider<Report, ReportEvents> = {
  initial: { status: 'none', attempt: 0, erasure: 0 },
  evolve: {
    'report.requested.v1': (state) => ({ ...state, status: 'queued' }),
    'report.started.v1': (state, { attempt }) => ({ ...state, status: 'running', attempt }),
    'report.completed.v1': (state, { file }) => ({ ...state, status: 'ended', file }),
    'report.failed.v1': (state, { reason }) => ({ ...state, status: 'ended', reason }),
    'report.cancelled.v1': (state) => ({ ...state, status: 'ended' }),
    'report.erasure-met.v1': (state, { erasure }) => ({ ...state, erasure }),
    'report.withdrawn.v1': (state) => ({ ...state, file: undefined }),
    'report.expired.v1': (state) => ({ ...state, file: undefined }),
  },
};

interface ReportDoc extends Doc {
  readonly position: string;
}
const list: Projection<ReportDoc, ReportEvents> = {
  name: 'reports',
  version: 1,
  on: { 'report.requested.v1': ({ id }) => ({ id, put: { position: '0' } }) },
};

const ENDS = new Date('2026-05-01T00:00:00Z');
const stored: StoredFiles<Report, ReportEvents> = {
  folder: 'reports',
  extension: 'txt',
  decider: report,
  streamOf: (id) => `report-${id}`,
  keeps: ({ status, attempt, file }, path) =>
    path === file || (status === 'running' && path === filePath(stored, '7', attempt)),
  expire: ({ file }, now) => (file !== undefined && now >= ENDS ? [ev('report.expired.v1', {})] : []),
};
const current = (state: Report, run: number) => state.status === 'running' && state.attempt === run;

/** What a build answers: how many erasures its file knows of. */
type Build = (places: Places, context: JobContext) => Promise<number | typeof OVERTAKEN>;
type Kind = FileJobKind<ReportDoc, Report, ReportEvents, number, number>;

const waits: (string | null)[] = [];
const kindOf = (build: Build): Kind => ({
  ...{ name: 'report', projection: list, pending: {}, stored },
  words: { file: 'report', built: 'written' },
  asked: ['report.requested.v1'],
  reads: [list],
  readsUpTo: ({ position }) => position,
  waiting: async (_, reason) => void waits.push(reason),
  start: ({ status, attempt }) =>
    status === 'queued' || status === 'running' ? [ev('report.started.v1', { attempt: attempt + 1 })] : [],
  runOf: ({ status, attempt }) => (status === 'running' ? attempt : undefined),
  build: (_, places, context) => build(places, context),
  complete: (state, { run, file, built }) =>
    current(state, run) && built >= state.erasure ? [ev('report.completed.v1', { file, knows: built })] : [],
  isOvertaken: (state, { run, built }) => current(state, run) && built < state.erasure,
  fail: (state, reason, run) =>
    run === undefined || current(state, run) ? [ev('report.failed.v1', { reason })] : [],
});

class ByHand extends Jobs {
  last!: JobKind<ReportDoc>;
  override register(kind: object): void {
    this.last = kind as JobKind<ReportDoc>;
  }
}

let stores: Stores;
let side: ReadSide;
let files: Files;
const job: ReportDoc = { id: '7', position: '0' };
beforeEach(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [list]).start();
  files = new Files(stores.path);
  waits.length = 0;
  await say('report.requested.v1', { id: job.id });
});
afterEach(async () => {
  await side.stop();
  await stores.close();
});

async function say<K extends keyof ReportEvents>(type: K, data: ReportEvents[K], by: Partial<Meta> = {}) {
  const said = { ...meta, commandId: `${type}-${Math.random()}`, ...by };
  await side.streams.change(report, 'report-7', () => [ev(type, data)], said);
}
const state = async () => (await side.streams.load(report, 'report-7')).state;
const told = async () =>
  (await side.streams.history<ReportEvents>('report-7')).map(({ type }) => type.split('.')[1]);
const onDisk = () => files.list('reports');
const write = (file: string) => files.write(file, Readable.from(['a record']));

/** A process of its own: what it knows of faults is its own, too. */
function inAProcess(build: Build) {
  const jobs = new ByHand(stores.documents, stores.log, side.models, side.faults);
  const config = parseConfig({ DATA_DIR: stores.path });
  const { streams, models, projector } = side;
  new FileJobs(jobs, config, streams, models, projector, files).register(kindOf(build));
  let running: AbortController;
  return {
    run: () => {
      running = new AbortController();
      return jobs.last.run(job, { signal: running.signal, report: () => undefined });
    },
    fail: (reason: string) => jobs.last.fail(job, reason),
    abort: (reason: string) => running.abort(reason),
  };
}
const builds: Build = async ({ file }) => {
  await write(file);
  return 0;
};
/** A build that is held up until it is let go on. */
function heldUp() {
  let letGo!: () => void;
  let begun!: () => void;
  const on = new Promise<void>((resolve) => (letGo = resolve));
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const build: Build = async (places, context) => {
    await write(places.file);
    begun();
    await on;
    return builds(places, context);
  };
  return { build, hasBegun, letGo };
}

test('a file counts once it is told of, in the name of whoever asked last', async () => {
  await say('report.requested.v1', { id: '7' }, { actor: { type: 'user', id: '2', userId: '2' } });
  await inAProcess(builds).run();
  expect(await state()).toMatchObject({ status: 'ended', file: 'reports/7-1.txt' });
  expect(await onDisk()).toEqual(['7-1.txt']);
  const completed = (await side.streams.history<ReportEvents>('report-7')).at(-1)!;
  expect(completed.meta.actor).toEqual({ type: 'system', id: 'reports', userId: '2' });
});

test('where the process is killed while it builds, the next builds another and removes what was left', async () => {
  const dead = heldUp();
  const lost = inAProcess(dead.build).run();
  await dead.hasBegun;
  await inAProcess(builds).run();
  expect((await state()).file).toBe('reports/7-2.txt');
  expect(await onDisk()).toEqual(['7-2.txt']);
  // It was only paused: nobody may have its file.
  dead.letGo();
  await lost;
  expect((await state()).file).toBe('reports/7-2.txt');
  expect(await onDisk()).toEqual(['7-2.txt']);
});

test('cancelled while it builds, it tells of nothing', async () => {
  const process = inAProcess(async (_, { signal }) => {
    process.abort('cancelled');
    signal.throwIfAborted();
    return 0;
  });
  await process.run();
  expect(await told()).toEqual(['requested', 'started']);
});

test('cancelled in the last moment, it leaves no file', async () => {
  await inAProcess(async (places, context) => {
    await say('report.cancelled.v1', {});
    return builds(places, context);
  }).run();
  expect(await told()).toEqual(['requested', 'started', 'cancelled']);
  expect(await onDisk()).toEqual([]);
});

test('that has ended is not built, though the list has not heard of it', async () => {
  await say('report.cancelled.v1', {});
  await inAProcess(() => Promise.reject(new Error('built'))).run();
  expect(await told()).toEqual(['requested', 'cancelled']);
});

test.each<[string, Build]>([
  ['built', builds],
  ['failed', () => Promise.reject(new Error('no such table'))],
])('where a collection is switched meanwhile, what was %s by it does not count', async (_, first) => {
  let version = 1;
  side.models.collection = async () => `reports-v${version}`;
  let built = 0;
  await inAProcess(async (places, context) => {
    if (++built > 1) return builds(places, context);
    version++;
    return first(places, context);
  }).run();
  expect(built).toBe(2);
  expect(await told()).toEqual(['requested', 'started', 'completed']);
});

describe('a record that is erased while it builds', () => {
  test('has it built again, whoever has noticed', async () => {
    const answers = [OVERTAKEN, 0, 3] as const;
    let round = 0;
    await inAProcess(async ({ file }) => {
      const answer = answers[round++]!;
      if (answer === 0) await say('report.erasure-met.v1', { erasure: 3 });
      if (answer !== OVERTAKEN) await write(file);
      return answer;
    }).run();
    expect(round).toBe(3);
    expect(await told()).toEqual(['requested', 'started', 'erasure-met', 'completed']);
    expect(await onDisk()).toEqual(['7-1.txt']);
  });

  test('time and again fails it', async () => {
    await inAProcess(async () => OVERTAKEN).run();
    const reason = 'Records kept being erased while the report was written: have it written again later';
    expect(await state()).toMatchObject({ status: 'ended', reason });
  });
});

describe('a fault', () => {
  const full = Object.assign(new Error('/srv/files is full'), { code: 'ENOSPC' });

  test.each<[string, Error, string]>([
    ['anything', new Error('value 12'), 'The report could not be written; the log of the server says why'],
    ['a full disk', full, 'There is no space left for the report'],
  ])('is tried again twice, then told without a value: %s', async (_, fault, reason) => {
    const process = inAProcess(() => Promise.reject(fault));
    for (let time = 0; time < 2; time++) await expect(process.run()).rejects.toThrow(fault);
    expect((await state()).status).toBe('running');
    await process.run();
    expect(await state()).toMatchObject({ status: 'ended', reason });
  });

  test('that a repeat cannot help is the last', () => {
    expect(isLast(new Refusal('input-invalid'), 1)).toBe(true);
    expect(isLast(new Refusal('stream-contended'), 1)).toBe(false);
  });

  test('of a run that has lost to another fails nothing', async () => {
    const slow = heldUp();
    const first = inAProcess(async (places, context) => {
      await slow.build(places, context);
      throw new Refusal('input-invalid');
    });
    const lost = first.run();
    await slow.hasBegun;
    const second = heldUp();
    const won = inAProcess(second.build).run();
    await second.hasBegun;
    slow.letGo();
    await lost;
    expect((await state()).status).toBe('running');
    second.letGo();
    await won;
    expect((await state()).file).toBe('reports/7-2.txt');
  });

  test('does not count any more once it was cancelled: it may be asked for again', async () => {
    let isCancelled = false;
    const process = inAProcess(async () => {
      if (isCancelled) process.abort('cancelled');
      throw new Error('passing');
    });
    const twice = async () => {
      for (let time = 0; time < 2; time++) await expect(process.run()).rejects.toThrow('passing');
    };
    await twice();
    isCancelled = true;
    await process.run();
    isCancelled = false;
    await twice();
  });

  test('that ended the process again and again fails it, whatever run was the last', async () => {
    await inAProcess(builds).fail('set aside');
    expect(await state()).toMatchObject({ status: 'ended', reason: 'set aside' });
  });

  test('is none where a read model is stopped: it waits, says so and starts when that goes on', async () => {
    const process = inAProcess(builds);
    const waitFor = side.models.waitFor.bind(side.models);
    side.models.waitFor = () => Promise.reject(new ProjectionStopped('reports'));
    for (let time = 0; time < 5; time++) await expect(process.run()).rejects.toThrow(ProjectionStopped);
    expect(await told()).toEqual(['requested']);
    expect(waits.at(-1)).toBe('The projection reports is stopped');
    side.models.waitFor = waitFor;
    await process.run();
    expect(waits.at(-1)).toBeNull();
    expect(await told()).toEqual(['requested', 'started', 'completed']);
  });
});

describe('of the files on disk', () => {
  const sweep = (now: Date) =>
    oneRound((round) => sweepFiles(stored, { streams: side.streams, files }, round, now));
  const before = new Date(ENDS.getTime() - 1);

  test('the one that is named stays until its time is over, which is told once', async () => {
    await inAProcess(builds).run();
    await sweep(before);
    expect(await onDisk()).toEqual(['7-1.txt']);
    for (let time = 0; time < 2; time++) await sweep(ENDS);
    expect(await onDisk()).toEqual([]);
    expect((await told()).filter((type) => type === 'expired')).toHaveLength(1);
  });

  test('those of runs that died go, that of a run under way stays', async () => {
    for (let attempt = 1; attempt <= 2; attempt++) await say('report.started.v1', { attempt });
    for (const name of ['7-1.txt', '7-2.txt', '70-1.txt']) await write(`reports/${name}`);
    await sweep(before);
    expect(await onDisk()).toEqual(['7-2.txt']);
  });

  test('those of one job alone are removed with it', async () => {
    for (const name of ['7-1.txt', '70-1.txt', '7.of-before.txt']) await write(`reports/${name}`);
    await removeLeftovers(stored, { streams: side.streams, files }, '7');
    expect(await onDisk()).toEqual(['70-1.txt']);
  });

  test('one that is withdrawn goes, with the file of the run before that died', async () => {
    await say('report.started.v1', { attempt: 1 });
    await inAProcess(builds).run();
    await write('reports/7-1.txt');
    const withdrawn = { streams: side.streams, files };
    await withdrawFile(stored, withdrawn, '7', () => [], meta);
    expect(await onDisk()).toEqual(['7-1.txt', '7-2.txt']);
    await withdrawFile(stored, withdrawn, '7', () => [ev('report.withdrawn.v1', {})], meta);
    expect(await onDisk()).toEqual([]);
  });

  test('one that a run builds while others are removed is left to it', async () => {
    const slow = heldUp();
    const run = inAProcess(slow.build).run();
    await slow.hasBegun;
    await removeLeftovers(stored, { streams: side.streams, files }, '7');
    expect(await onDisk()).toEqual(['7-1.txt']);
    slow.letGo();
    await run;
    expect(await onDisk()).toEqual(['7-1.txt']);
  });
});
