// Many rows under way at once, settled in their order; rows that share a key one after the other.
import fc from 'fast-check';
import { carryOut } from '../../../src/imports/passes/row-window';

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
