import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { properties } from '../../../projections/crm/properties';
import { records } from '../../../projections/crm/records';
import { CellsAsCsv, csvLines, headerLine } from '../../../src/backups/archives/csv';
import { definitionsAt } from '../../../src/crm/properties/definitions';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { Codec } from '../../../src/eventsourcing/codec';
import { erasedSince } from '../../../src/point-in-time/erased-since';
import { cellsAt } from '../../../src/point-in-time/cells-at';
import { timeOf } from '../../../src/point-in-time/time-of';
import type { Doc, DocumentStore, Stamped } from '../../../src/read/document-store';
import { eventsAfter } from '../../support/log';
import { naiveCsvs, naiveFold } from '../../support/random/naive-fold';
import { History, steps, type Step } from '../../support/random/random-history';
import { openStores, ReadSide, type Stores } from '../../support/read-side';

const types = ['companies', 'contacts', 'deals'];
/** Pages that came as rows of a table, in all tests. */
let cellPages = 0;
afterAll(() => expect(cellPages).toBeGreaterThan(50));

/** A history long enough to hold everything. */
const sample = (seed: number): Step[] => fc.sample(steps(20), { numRuns: 20, seed }).flat();

/** The same store, scanned in pages so small that writes come between them. */
function inSmallPages(documents: DocumentStore): DocumentStore {
  const PAGE = 3;
  const small = Object.create(documents) as DocumentStore;
  small.scan = async function* <D extends Doc>(
    collection: string,
    { from = '', to }: { from?: string; to?: string } = {},
  ): AsyncIterable<Stamped<D>[]> {
    for (let next = from; ;) {
      let page: Stamped<D>[] = [];
      for await (const found of documents.scan<D>(collection, {
        from: next,
        ...(to !== undefined && { to }),
      })) {
        page = found.slice(0, PAGE);
        break;
      }
      if (page.length === 0) return;
      yield page;
      next = `${page.at(-1)!.id}\0`;
    }
  };
  small.cells = async (collection, asked) => {
    for await (const page of small.scan(collection, asked)) {
      const beyond = page.at(-1)!.id;
      return documents.cells(collection, { ...asked, to: page.length < PAGE ? asked.to : beyond });
    }
    return undefined;
  };
  return small;
}

interface Reading {
  readonly side: ReadSide;
  readonly stores: Stores;
  readonly position: bigint;
  readonly projection?: typeof records;
  /** Between two pages. */
  readonly meanwhile?: () => Promise<void>;
}

interface Read {
  readonly csvs: Record<string, string>;
  readonly erased: Record<string, number>;
}

async function read({ side, stores, position, meanwhile, projection = records }: Reading): Promise<Read> {
  await side.models.waitFor(projection, position, AbortSignal.timeout(10_000));
  const csvs: Record<string, string> = {};
  const erased: Record<string, number> = {};
  const log = { eventStore: stores.log, codec: new Codec(), signal: AbortSignal.timeout(30_000) };
  const checkpoint = await side.models.checkpoint(projection);
  const columns = new Map<string, string[]>();
  for (const type of types) {
    const defined = await definitionsAt(side.models, side.streams, type, position);
    columns.set(type, [
      'hs_object_id',
      ...defined.map(({ name }) => name).filter((name) => name !== 'hs_object_id'),
    ]);
  }
  const asCsv = new CellsAsCsv();
  const pages = cellsAt({
    ...{ ...log, position, checkpoint, objectTypes: types, withIds: true },
    columns: (objectType) => columns.get(objectType)!.slice(1),
    documents: inSmallPages(stores.documents),
    collection: await side.models.collection(projection),
    scratchDir: join(stores.path, 'scratch'),
    onErased: (objectType) => (erased[objectType] = (erased[objectType] ?? 0) + 1),
  });
  for await (const page of pages) {
    const objectType = 'cells' in page ? page.objectType : page[0]!.objectType;
    const names = columns.get(objectType)!;
    const text = 'cells' in page ? asCsv.lines(page.cells).toString() : csvLines(names, page);
    if ('cells' in page) {
      cellPages++;
      expect(page.ids).toHaveLength(page.rows);
    }
    const name = `${objectType}.csv`;
    csvs[name] = (csvs[name] ?? headerLine(names)) + text;
    await meanwhile?.();
  }
  // What a build does before its file counts: what was erased while it read must not be in it.
  const { overtaken } = await erasedSince({ ...log, position, checkpoint, objectTypes: new Set(types) });
  return overtaken
    ? read({ side, stores, position, projection, ...(meanwhile && { meanwhile }) })
    : { csvs, erased };
}

const csvsAt = async (reading: Reading) => (await read(reading)).csvs;

const naive = (stores: Stores, position: bigint) =>
  naiveCsvs(stores.log, position, (type) => standardProperties(type).keys());

async function withReadSide(run: (side: ReadSide, stores: Stores) => Promise<void>): Promise<void> {
  const stores = await openStores();
  const side = await new ReadSide(stores.log, stores.documents, [records, properties]).start();
  try {
    await run(side, stores);
  } finally {
    await side.stop();
    await stores.close();
  }
}

describe('The records at a position', () => {
  test('of now come as rows of a table where nothing is written, and are those of a fold all the same', () =>
    fc.assert(
      fc.asyncProperty(steps(60, 4, 40), steps(10, 4, 2), async (before, during) =>
        withReadSide(async (side, stores) => {
          const history = new History(stores.log);
          for (const step of before) await history.take(step);
          const position = await stores.log.head();
          if (position < 0n) return;
          await side.settled(records);
          const left: Step[] = [...during];
          const meanwhile = async () => {
            for (const step of left.splice(0, 1)) await history.take(step);
            await side.settled(records);
          };
          const { csvs } = await read({ side, stores, position, meanwhile });
          expect(csvs).toEqual(await naive(stores, position));
        }),
      ),
      { numRuns: 25 },
    ));

  test('are those of a fold from the beginning, whatever is written meanwhile', () =>
    fc.assert(
      fc.asyncProperty(
        // Where no record ends, those that were changed since are rewound from their documents.
        fc.oneof(steps(60, 4, 40), steps(60, 0, 40)),
        fc.oneof(steps(30, 20, 10), steps(30, 0, 10)),
        steps(30, 20, 10),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        async (before, after, during, share, settle) =>
          withReadSide(async (side, stores) => {
            const history = new History(stores.log);
            for (const step of before) await history.take(step);
            const head = await stores.log.head();
            if (head < 0n) return;
            const position = BigInt(Math.floor(Number(head) * share));
            for (const step of after) await history.take(step);
            if (settle) await side.settled(records);
            const left: Step[] = [...during];
            const meanwhile = async () => {
              for (const step of left.splice(0, 4)) await history.take(step);
              if (settle) await side.settled(records);
            };
            const found = await read({ side, stores, position, meanwhile });
            expect(found.csvs).toEqual(await naive(stores, position));
            expect(found.erased).toEqual((await naiveFold(stores.log, position)).erased);
            for (const step of left) await history.take(step);
            expect(await csvsAt({ side, stores, position })).toEqual(await naive(stores, position));
          }),
      ),
      { numRuns: 16, seed: 20260101 },
    ));

  test('are read again from the new collection when it is switched meanwhile', () =>
    withReadSide(async (old, stores) => {
      const history = new History(stores.log);
      for (const step of sample(7)) await history.take(step);
      const position = (await stores.log.head()) / 2n;
      const expected = await naive(stores, position);
      await old.settled(records);
      await old.stop();
      const rebuilt = { ...records, version: records.version + 1 };
      const next = new ReadSide(stores.log, stores.documents, [rebuilt, properties]);
      let started: Promise<ReadSide> | undefined;
      const meanwhile = async () => {
        await (started ??= next.start());
        await next.settled(rebuilt);
      };
      try {
        // What came of it does not count: whoever reads looks at the end whether the collection is still the active one.
        await csvsAt({ side: old, stores, position, meanwhile }).catch(() => undefined);
        expect(await csvsAt({ side: next, stores, position, projection: rebuilt })).toEqual(expected);
      } finally {
        await next.stop();
      }
    }));

  test('leave no scratch file behind', () =>
    withReadSide(async (side, stores) => {
      const history = new History(stores.log);
      for (const step of sample(3)) await history.take(step);
      await csvsAt({ side, stores, position: 3n });
      expect(readdirSync(join(stores.path, 'scratch'))).toEqual([]);
    }));
});

describe('The time of a position', () => {
  test('is that of the last event at or before it', () =>
    withReadSide(async (_, stores) => {
      const history = new History(stores.log);
      for (const step of sample(5)) await history.take(step);
      const events = await eventsAfter(stores.log);
      const last = events.at(-1)!;
      expect(await timeOf(stores.log, last.position)).toEqual(new Date(last.recordedAt));
      expect(await timeOf(stores.log, last.position + 1_000n)).toEqual(new Date(last.recordedAt));
    }));
});
