// Many rows under way at once, settled in their order; rows that share a key one after the other.
import fc from 'fast-check';
import { carryOut } from '../../../src/jobs/row-window';

interface Row {
  readonly number: number;
  readonly keys: readonly string[];
  /** Turns of the event loop it takes. */
  readonly turns: number;
  readonly trace: boolean;
  readonly weight: number;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function* listed(rows: readonly Row[]) {
  for (const row of rows) yield row;
}

async function run(rows: readonly Row[], size: number, every: number, stopAt = Infinity) {
  const log = { begun: [] as number[], settled: [] as number[], recorded: 0, most: 0, heavy: 0 };
  const running = new Set<Row>();
  const clashes: string[] = [];
  const unsafe: number[] = [];
  const stop = new AbortController();
  const window = {
    size,
    weight: 10,
    weigh: ({ weight }: Row) => weight,
    keysOf: (row: Row) => row.keys,
    run: async (row: Row) => {
      log.begun.push(row.number);
      for (const other of running)
        if (other.keys.some((key) => row.keys.includes(key))) clashes.push('clash');
      // What a crash now would redo: rows not recorded that left no trace and share a key with this one.
      for (const done of rows.slice(log.recorded, row.number))
        if (!done.trace && done.keys.some((key) => row.keys.includes(key))) unsafe.push(row.number);
      running.add(row);
      log.most = Math.max(log.most, running.size);
      const weight = [...running].reduce((sum, one) => sum + one.weight, 0);
      if (running.size > 1) log.heavy = Math.max(log.heavy, weight);
      for (let n = 0; n < row.turns; n++) await turn();
      running.delete(row);
      if (row.number === stopAt) stop.abort();
      return row.trace;
    },
    leftTrace: (trace: boolean) => trace,
    settle: (row: Row) => void log.settled.push(row.number),
    record: async () => {
      await turn();
      log.recorded = log.settled.length;
    },
    due: () => log.settled.length - log.recorded >= every,
  };
  await carryOut(listed(rows), window, stop.signal);
  return { ...log, clashes, unsafe };
}

const someRows = fc
  .array(
    fc.record({
      keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
      turns: fc.integer({ min: 0, max: 4 }),
      trace: fc.boolean(),
      weight: fc.integer({ min: 0, max: 12 }),
    }),
    { maxLength: 40 },
  )
  .map((rows) => rows.map((row, number) => ({ ...row, number })));

test('every row settles once and in order, keys never overlap, none too many or too heavy are under way, a redo never overwrites a later row', () =>
  fc.assert(
    fc.asyncProperty(
      someRows,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 10 }),
      async (rows, size, every) => {
        const log = await run(rows, size, every);
        expect(log.settled).toEqual(rows.map(({ number }) => number));
        expect(log.recorded).toBe(rows.length);
        expect(log.most).toBeLessThanOrEqual(size);
        expect(log.heavy).toBeLessThanOrEqual(10);
        expect(log.clashes).toEqual([]);
        expect(log.unsafe).toEqual([]);
      },
    ),
    { numRuns: 100 },
  ));

const plain = (count: number, turns = 2): Row[] =>
  Array.from({ length: count }, (_, number) => ({ number, keys: [], turns, trace: true, weight: 1 }));

test('rows without keys run side by side', async () => {
  expect((await run(plain(20), 8, 100)).most).toBe(8);
});

test('stopping begins no more rows and settles those begun', async () => {
  const log = await run(plain(100), 4, 10, 5);
  expect(log.begun.length).toBeLessThan(20);
  expect(log.settled).toEqual(log.begun);
  expect(log.recorded).toBe(log.begun.length);
});

test('a row that fails as such ends it; what was settled before stays recorded', async () => {
  let recorded = 0;
  let settled = 0;
  const window = {
    size: 4,
    weight: 4,
    weigh: () => 1,
    keysOf: () => [],
    run: async (row: Row) => {
      await turn();
      if (row.number === 6) throw new Error('the store is gone');
      return true;
    },
    leftTrace: () => true,
    settle: () => void (settled += 1),
    record: async () => void (recorded = settled),
    due: () => true,
  };
  await expect(carryOut(listed(plain(20)), window, new AbortController().signal)).rejects.toThrow(
    'the store is gone',
  );
  expect(recorded).toBe(6);
});

test('rows under way end before a failure is told, and none behind the row that failed is settled', async () => {
  const log = { settled: [] as number[], recorded: 0, underWay: 0 };
  const window = {
    size: 8,
    run: async (row: Row) => {
      log.underWay++;
      for (let n = 0; n < row.turns; n++) await turn();
      log.underWay--;
      if (row.number === 6) throw new Error('the store is gone');
    },
    settle: (row: Row) => void log.settled.push(row.number),
    record: async () => void (log.recorded = log.settled.length),
    due: () => false,
  };
  const rows = plain(20).map((row) => ({ ...row, turns: row.number === 7 ? 40 : 2 }));
  await expect(carryOut(listed(rows), window, new AbortController().signal)).rejects.toThrow(
    'the store is gone',
  );
  expect(log).toEqual({ settled: [0, 1, 2, 3, 4, 5], recorded: 6, underWay: 0 });
});

test('a row that is settled only in part keeps all that follows from being recorded', async () => {
  let recorded = 0;
  const settled: number[] = [];
  const window = {
    size: 4,
    run: turn,
    settle: async (row: Row) => {
      if (row.number === 3) throw new Error('half a line');
      settled.push(row.number);
    },
    record: async () => void (recorded = settled.length),
    due: () => settled.length === 2,
  };
  await expect(carryOut(listed(plain(10)), window, new AbortController().signal)).rejects.toThrow(
    'half a line',
  );
  expect(settled).toEqual([0, 1, 2]);
  expect(recorded).toBe(2);
});

test('where the file breaks, rows that were begun count, unless one of them fails', async () => {
  const broken = async function* () {
    yield* plain(5);
    throw new Error('a quote is never closed');
  };
  const carried = async (fails: number) => {
    const settled: number[] = [];
    let recorded = 0;
    const window = {
      size: 8,
      run: async (row: Row) => {
        await turn();
        if (row.number === fails) throw new Error('the store is gone');
      },
      settle: (row: Row) => void settled.push(row.number),
      record: async () => void (recorded = settled.length),
      due: () => false,
    };
    const ended = carryOut(broken(), window, new AbortController().signal);
    return { error: await ended.catch((error: Error) => error.message), recorded };
  };
  expect(await carried(-1)).toEqual({ error: 'a quote is never closed', recorded: 5 });
  expect(await carried(3)).toEqual({ error: 'the store is gone', recorded: 3 });
});

class Killed extends Error {}

/** What is on disk: survives a kill. */
interface Disk {
  /** By row: how often it was carried out; a repeat of one that left a trace recognises it. */
  readonly done: Map<number, number>;
  mark: { readonly next: number; readonly counted: readonly number[] };
}

/** One process, which is killed after so many steps: nothing that it does after that reaches the disk. */
async function process(rows: readonly Row[], disk: Disk, size: number, every: number, stepsLeft: number) {
  let steps = stepsLeft;
  const step = () => {
    if (steps-- <= 0) throw new Killed();
  };
  let { next, counted } = disk.mark;
  const window = {
    size,
    run: async ({ number, turns }: Row) => {
      for (let n = 0; n < turns; n++) await turn();
      step();
      if (!disk.done.has(number)) disk.done.set(number, 1);
      return `row ${number}`;
    },
    settle: ({ number }: Row) => {
      step();
      next = number + 1;
      counted = [...counted, number];
    },
    record: async () => {
      await turn();
      step();
      disk.mark = { next, counted };
    },
    due: () => next - disk.mark.next >= every,
  };
  await carryOut(listed(rows.slice(disk.mark.next)), window, new AbortController().signal);
}

test('wherever processes are killed, the last of them has counted each row once, and none was lost', () =>
  fc.assert(
    fc.asyncProperty(
      someRows,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      async (rows, size, every, kills) => {
        const disk: Disk = { done: new Map(), mark: { next: 0, counted: [] } };
        for (const steps of [...kills, Infinity]) {
          try {
            await process(rows, disk, size, every, steps);
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
          // What counts was carried out, and what was carried out and does not count yet is within reach of the mark.
          const { next, counted } = disk.mark;
          expect(counted).toEqual(rows.slice(0, next).map(({ number }) => number));
          for (const number of counted) expect(disk.done.has(number)).toBe(true);
          for (const number of disk.done.keys()) expect(number).toBeLessThan(next + every + size);
        }
        expect(disk.mark.counted).toEqual(rows.map(({ number }) => number));
      },
    ),
    { numRuns: 200 },
  ));
