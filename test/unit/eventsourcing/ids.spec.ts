// Ids of what the CRM keeps, and of events.
import fc from 'fast-check';
import { v5 } from 'uuid';
import { FreshIds, KeptIds } from '../../../src/command-ids';
import { Codec } from '../../../src/eventsourcing/codec';
import { eventsOf, type Meta } from '../../../src/eventsourcing/event';
import { eventId, partOf } from '../../../src/eventsourcing/event-ids';
import type { IdEvents } from '../../../src/eventsourcing/id.events';
import {
  ID_BLOCKS,
  RecordIds,
  SMALL_ID_LIMIT,
  idAt,
  idBlocks,
  passIds,
  smallId,
  takeBlock,
} from '../../../src/eventsourcing/ids';
import { Streams } from '../../../src/eventsourcing/streams';
import { Refusal } from '../../../src/refusals';
import { openStores, type Stores } from '../../support/read-side';
import { Line, sharedLog } from '../../support/servers/shared-stores';
import { deciding, meta } from '../../support/spec';

let stores: Stores;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const event = eventsOf<IdEvents>();
const taken = (first: string, size: number) => event('account.id-block-taken.v1', { first, size });
const passed = (upTo: string) => event('account.ids-passed.v1', { upTo });

let commands = 0;
const command = (): Meta => ({ ...meta, commandId: `ids-${++commands}` });
const SIZE = 8;
const processOf = (line = new Line(), { log } = stores) =>
  new RecordIds(new Streams(sharedLog(log, line), new Codec()), command, SIZE);
const blocksTaken = async () => (await stores.log.read(ID_BLOCKS)).events.length;

describe('blocks of ids', () => {
  const given = deciding(idBlocks);

  test('begin at 11 digits and follow each other', () => {
    given()
      .when((state) => takeBlock(state, 10_000))
      .then(taken('10000000000', 10_000));
    given(taken('10000000000', 10_000), taken('10000010000', 3))
      .when((state) => takeBlock(state, 1))
      .then(taken('10000010003', 1));
  });

  test('begin behind what was brought in', () => {
    given()
      .when((state) => passIds(state, '151234567890'))
      .then(passed('151234567890'));
    given(passed('151234567890'))
      .when((state) => takeBlock(state, 5))
      .then(taken('151234567891', 5));
  });

  test.each(['9876543210', '10000000009', '2073000000000001'])('are not moved by the id %s', (id) =>
    given(taken('10000000000', 10))
      .when((state) => passIds(state, id))
      .thenNothing(),
  );

  test('end with 15 digits', () => {
    const { state } = given(passed('999999999999989'));
    expect(takeBlock(state, 10)).toEqual([taken('999999999999990', 10)]);
    expect(() => takeBlock(state, 11)).toThrow('no ids of 15 digits left');
    expect(() => takeBlock(given(passed('999999999999999')).state, 1)).toThrow('no ids');
  });

  test('given before, with 16 digits, hold ids two apart', () => {
    expect([0, 1, 2].map((index) => idAt('2073000000000001', index))).toEqual([
      ...['2073000000000001', '2073000000000003', '2073000000000005'],
    ]);
    expect([0, 1, 2].map((index) => idAt('10000000000', index))).toEqual([
      ...['10000000000', '10000000001', '10000000002'],
    ]);
  });
});

describe('the ids of a process', () => {
  test('cost nothing before the first is drawn', async () => {
    const before = await blocksTaken();
    const ids = processOf();
    expect(await blocksTaken()).toBe(before);
    await ids.draw();
    expect(await blocksTaken()).toBe(before + 1);
  });

  test('are waited for once only: the next block is fetched while the last one is in use', async () => {
    const ids = processOf();
    await ids.draw();
    for (let block = 0; block < 3; block++) {
      const before = await blocksTaken();
      for (let n = 0; n < SIZE / 2; n++) await ids.draw();
      while ((await blocksTaken()) === before) await new Promise(setImmediate);
      // No store is asked for those that lie on both sides of the border.
      for (let n = 0; n < SIZE / 2; n++)
        expect(
          await Promise.race([ids.draw(), new Promise((resolve) => setImmediate(resolve))]),
        ).toBeDefined();
    }
  });

  test('of a row follow each other, however many are asked for', async () => {
    const ids = processOf();
    const rows = [await ids.draw(5), await ids.draw(5), await ids.draw(3 * SIZE), await ids.draw()].map(
      Number,
    );
    const sizes = [5, 5, 3 * SIZE, 1];
    rows.slice(1).forEach((row, n) => expect(row).toBeGreaterThanOrEqual(rows[n]! + sizes[n]!));
  });

  test('that turn out to be taken are left with all their block', async () => {
    const ids = processOf();
    const first = await ids.draw();
    const other = await ids.redraw(first);
    expect(Number(other)).toBeGreaterThanOrEqual(Number(first) + SIZE);
  });

  test('never go back below what was brought in', async () => {
    const ids = processOf();
    const brought = String(Number(await ids.draw()) + 1_000);
    await ids.pass(brought, command());
    expect(Number(await ids.draw())).toBeGreaterThan(Number(brought));
    expect(Number(await processOf().draw())).toBeGreaterThan(Number(brought));
  });

  test('of few things are numbers of 32 bits, with a sign', () => {
    const small = Array.from({ length: 100 }, smallId).map(Number);
    expect(small.every((id) => id >= 1_000_000_000 && id < SMALL_ID_LIMIT)).toBe(true);
  });
});

describe('the ids of a command', () => {
  test('that is carried out once are drawn when they are asked for', async () => {
    const ids = processOf();
    const before = Number(await ids.draw());
    const own = new FreshIds(ids);
    expect(await own.at(3)).toBe(String(before + 1));
    expect(await own.at(3)).toBe(String(before + 1));
    const other = await own.again(3);
    expect(other).not.toBe(String(before + 1));
    expect(await own.at(3)).toBe(other);
  });

  test('that is repeated, by another process too, are the same, those of a second try and of a long row too', async () => {
    const ids = processOf();
    const [first, own] = [await ids.draw(4), command()];
    const all = async (process: RecordIds) => {
      const kept = new KeptIds(process, first, 4, own);
      const given = [await kept.at(0), await kept.at(3), await kept.at(4), await kept.at(9)];
      return [...given, await kept.again(0), await kept.again(0), await kept.again(4), await kept.at(3)];
    };
    const given = await all(ids);
    expect(given.slice(0, 2)).toEqual([first, idAt(first, 3)]);
    expect(new Set(given).size).toBe(given.length - 1);
    expect(await all(processOf())).toEqual(given);
  });

  test('stored before ids had 15 digits stay as they were', async () => {
    const kept = new KeptIds(processOf(), '2073000000000000', 128, command());
    expect([await kept.at(0), await kept.at(99)]).toEqual(['2073000000000000', '2073000000000198']);
  });
});

/** One step of a process: what it asks for. */
type Step =
  | { readonly kind: 'draw'; readonly count: number }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'crash' }
  | { readonly kind: 'block'; readonly size: number }
  | { readonly kind: 'pass'; readonly size: number };

const count = fc.integer({ min: 1, max: 12 });
const size = fc.integer({ min: 1, max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('draw' as const), count }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('redraw' as const, 'crash' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('block' as const, 'pass' as const), size }) },
);

/** Asks again where others were faster too often: the order of calls here is as unfair as can be. */
async function persist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'stream-contended')) throw error;
    }
}

test('no two processes are given the same id, whatever the order of their calls and whoever dies in between', () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 4 }),
      async (scheduler, processes) => {
        const own = await openStores();
        const all: number[] = [];
        const run = async (steps: readonly Step[]) => {
          let line: Line, ids: RecordIds, last: number;
          const boot = () => {
            line = new Line(() => scheduler.schedule(Promise.resolve()));
            ids = processOf(line, own);
            last = 0;
          };
          boot();
          const rising = (row: string, count: number) => {
            expect(Number(row)).toBeGreaterThan(last);
            last = Number(row) + count - 1;
            for (let n = 0; n < count; n++) all.push(Number(idAt(row, n)));
          };
          for (const one of steps)
            if (one.kind === 'draw') rising(await persist(() => ids!.draw(one.count)), one.count);
            else if (one.kind === 'redraw') {
              const drawn = await persist(() => ids!.draw());
              rising(await persist(() => ids!.redraw(drawn)), 1);
            } else if (one.kind === 'crash') {
              // Dies while it waits for a block, perhaps just after that was taken.
              const dying = ids!.draw(SIZE).catch(() => undefined);
              await scheduler.schedule(Promise.resolve());
              line!.cut();
              await dying;
              boot();
            } else if (one.kind === 'block') {
              const asked = command();
              const row = await persist(() => ids!.block(one.size, asked));
              expect(await ids!.block(one.size, asked)).toBe(row);
              for (let n = 0; n < one.size; n++) all.push(Number(idAt(row, n)));
            } else {
              const [upTo, asked] = [String(Math.max(0, ...all) + one.size), command()];
              await persist(() => ids!.pass(upTo, asked));
            }
        };
        await scheduler.waitFor(Promise.all(processes.map(run))).finally(own.close);
        expect(new Set(all).size).toBe(all.length);
        expect(all.every((id) => String(id).length <= 15)).toBe(true);
      },
    ),
    { numRuns: 20 },
  ));

describe('ids made of names', () => {
  const NAMESPACE = '6f1c2f5e-3f0b-5a52-9a52-5d1d0a0e7c11';

  test('are their UUID v5', () =>
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: 'grapheme', maxLength: 2_000 }),
        fc.nat(),
        (command, part, n) => {
          expect(partOf(command, part, n)).toBe(v5(`${command}/${part}/${n}`, NAMESPACE));
        },
      ),
    ));

  test('of events differ where anything that the command decided differs', () => {
    const event = { type: 'thing.made.v1', data: { size: 1 } };
    const ids = [
      eventId('command', 'thing-1', 0, event),
      eventId('command', 'thing-1', 0, { ...event, data: { size: 2 } }),
      eventId('command', 'thing-1', 0, { ...event, type: 'thing.made.v2' }),
      eventId('command', 'thing-1', 1, event),
      eventId('command', 'thing-2', 0, event),
      eventId('another', 'thing-1', 0, event),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(eventId('command', 'thing-1', 0, { ...event, data: { size: 1 } })).toBe(ids[0]);
  });
});
