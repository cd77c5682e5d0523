// A time finds its position as a scan of the whole log would, also where the clock stepped back.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { timeIndex } from '../../../projections/time-index';
import { bucketId } from '../../../src/read/time-index.vocabulary';
import type { Origin, StoredEvent } from '../../../src/eventsourcing/event';
import { EventStore, START, type Page } from '../../../src/eventsourcing/event-store';
import { positionBefore, TimeIndex } from '../../../src/read/time-index';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';

/** A log given by the times of its events, at positions that are ordered and not dense. */
class TimedLog extends EventStore {
  readonly events: StoredEvent[] = [];
  constructor(
    readonly logId: string,
    times: readonly number[],
    /** Where the first events had stood. */
    origins: readonly Origin[] = [],
  ) {
    super();
    let position = 0n;
    for (const recordedAt of times) {
      position += 1n + BigInt(this.events.length % 3) * 50n;
      const made = event('x.happened.v1', {});
      const origin = origins[this.events.length];
      this.events.push({
        ...made,
        ...(origin && { meta: { ...made.meta, origin } }),
        stream: 'x',
        revision: this.events.length,
        position,
        recordedAt,
      });
    }
  }
  async readAll(after: bigint, limit: number): Promise<Page> {
    const later = this.events.filter(({ position }) => position > after);
    return { events: later.slice(0, limit), end: later.length <= limit };
  }
  async eventAt(position: bigint): Promise<StoredEvent | undefined> {
    return this.events.find((one) => one.position === position);
  }
  /** From any other position EventStoreDB would search the log from its end. */
  async lastAt(position: bigint): Promise<StoredEvent | undefined> {
    const event = await this.eventAt(position);
    if (!event) throw new Error('Not the position of an event');
    return event;
  }
  atOrBefore(position: bigint): bigint {
    return this.events.findLast((one) => one.position <= position)?.position ?? START;
  }
  async head(): Promise<bigint> {
    return this.events.at(-1)?.position ?? START;
  }
  async *subscribe(_after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  append(): never {
    throw new Error('Not in this log');
  }
  readBack(): never {
    throw new Error('Not asked for');
  }
  read(): never {
    throw new Error('Not in this log');
  }
  async close(): Promise<void> {}

  /** By the definition: the last position before the first event recorded later. */
  naively(time: number): bigint {
    let last = START;
    for (const { position, recordedAt } of this.events) {
      if (recordedAt > time) break;
      last = position;
    }
    return last;
  }
}

let stores: Stores;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const times = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 4_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: -30_000, max: 30_000 }) },
      fc.integer({ min: -3_000_000, max: 300_000_000 }),
    ),
    { maxLength: 40 },
  )
  .map((steps) => {
    let now = 1_700_000_000_000;
    return steps.map((step) => (now += step));
  });

test('any time gives the position that a scan gives', async () => {
  await fc.assert(
    fc.asyncProperty(times, fc.array(fc.nat(), { maxLength: 6 }), async (recorded, picks) => {
      const log = new TimedLog('timed', recorded);
      const side = await new ReadSide(log, stores.documents, [timeIndex]).start();
      const index = new TimeIndex(log, side.models);
      const asked = picks.flatMap((pick) => {
        const near = recorded[pick % (recorded.length || 1)] ?? pick;
        return [near, near - 1, near + 1, near + (pick % 20_000) - 10_000];
      });
      for (const time of asked)
        expect({ time, position: await index.positionAt(new Date(time)) }).toEqual({
          time,
          position: log.naively(time),
        });
      const head = await log.head();
      const own = log.events.map((one) => one.position);
      for (const position of [...own, ...picks.map((pick) => BigInt(pick) % (head + 2n))])
        if (position <= head) {
          expect({ position, at: await index.eventAtOrBefore(position) }).toEqual({
            position,
            at: log.atOrBefore(position),
          });
          // A stretch from there on begins with the first event at it or later.
          const before = await positionBefore({ asOf: String(position), field: 'from' }, head, index);
          expect({ position, from: own.find((one) => one > before) }).toEqual({
            position,
            from: own.find((one) => one >= position),
          });
        }
      await side.stop();
      await stores.documents.drop('time-index_v1');
      await stores.documents.dropCheckpoint('time-index_v1');
    }),
    { numRuns: 20 },
  );
});

test('a position of the logs that a log was brought from gives that of its event here', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await fc.assert(
    fc.asyncProperty(
      times,
      fc.nat({ max: 40 }),
      fc.array(fc.nat({ max: 600 })),
      async (recorded, count, picks) => {
        const origins = recorded.slice(0, count).map((recordedAt, n) => ({
          ...{ logId: second, position: String(n * 13 + 5), recordedAt },
          before: { logId: first, position: String(n), recordedAt },
        }));
        const log = new TimedLog('timed', recorded, origins);
        const side = await new ReadSide(log, stores.documents, [timeIndex]).start();
        const index = new TimeIndex(log, side.models);
        for (const pick of picks) {
          const last = origins.findLastIndex(({ position }) => Number(position) <= pick);
          expect(await index.broughtFrom(second, BigInt(pick))).toBe(log.events[last]?.position);
          const lastOfFirst = Math.min(pick, origins.length - 1);
          expect(await index.broughtFrom(first, BigInt(pick))).toBe(log.events[lastOfFirst]?.position);
          if (last < 0) continue;
          const asked = { asOf: `${second}:${pick}`, field: 'from' };
          const before = await positionBefore(asked, await log.head(), index);
          const from = origins.findIndex(({ position }) => Number(position) >= pick);
          expect(log.events.find((one) => one.position > before)?.position).toBe(
            log.events[from < 0 ? origins.length : from]?.position,
          );
        }
        expect(await index.broughtFrom(randomUUID(), 1n)).toBeUndefined();
        await side.stop();
        await stores.documents.drop('time-index_v1');
        await stores.documents.dropCheckpoint('time-index_v1');
      },
    ),
    { numRuns: 20 },
  );
});

test('the real log knows the time of what was just appended', async () => {
  const real = await openStores();
  const side = await new ReadSide(real.log, real.documents, [timeIndex]).start();
  const index = new TimeIndex(real.log, side.models);
  const before = Date.now();
  expect(await index.positionAt(new Date(before))).toBe(START);
  const { position } = await real.log.append(
    'x',
    [event('x.happened.v1', {}), event('x.happened.v1', {})],
    -1,
  );
  expect(await index.positionAt(new Date(before - 1))).toBe(START);
  expect(await index.positionAt(new Date(Date.now() + 1))).toBe(position);
  await side.stop();
  await real.close();
});

test('while the index is made again, a time is refused before long, and the message says what to do', async () => {
  const log = new TimedLog('timed', [1_700_000_000_000]);
  const behind = new ReadSide(log, stores.documents, [timeIndex]);
  const index = new TimeIndex(log, behind.models, 50);
  await expect(index.positionAt(new Date())).rejects.toMatchObject({
    code: 'projection-behind',
    message: 'The index of times is behind or being made: name a position, or try again later',
  });
});

test('buckets of every grain sort by time', () => {
  const ids = [9_999, 10_000, 1_000_000, 1_700_000_000_000].map((time) => bucketId(0, time));
  expect([...ids].sort()).toEqual(ids);
});
