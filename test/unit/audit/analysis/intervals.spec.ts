// Hours, days, weeks and months of time zones, and the blocks that counters of any of them are made up of.
import fc from 'fast-check';
import { partsBetween } from '../../../../src/audit/analysis/blocks';
import {
  blockId,
  endOf,
  grains,
  QUARTER_MS,
  startOf,
} from '../../../../src/audit/analysis/counts.vocabulary';
import {
  boundsOf,
  dateAt,
  dayOf,
  intervalNames,
  TooManyIntervals,
} from '../../../../src/audit/analysis/intervals';

const isoOf = (time: number) => new Date(time).toISOString();
const between = (from: string, to: string, interval: (typeof intervalNames)[number], zone: string) =>
  boundsOf(Date.parse(from), Date.parse(to), interval, zone, 400).map(isoOf);

test('days of a zone are 23 hours long where its clocks go forward, and 25 where they go back', () => {
  expect(between('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z', 'day', 'Europe/Oslo')).toEqual([
    '2026-03-27T23:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ]);
  const [from, to] = dayOf('2026-10-25', 'Europe/Oslo');
  expect(to - from).toBe(25 * 3_600_000);
});

test('a day whose midnight the clocks skip begins an hour later', () => {
  expect(isoOf(dayOf('2018-11-04', 'America/Sao_Paulo')[0])).toBe('2018-11-04T03:00:00.000Z');
});

test('a day whose midnight comes twice begins with the first', () => {
  expect(isoOf(dayOf('2026-11-01', 'America/Havana')[0])).toBe('2026-11-01T04:00:00.000Z');
});

test('weeks begin on Mondays, hours of a zone where its clocks show a full hour', () => {
  expect(between('2026-10-01T00:00:00Z', '2026-10-01T00:00:00Z', 'week', 'UTC')).toEqual([
    '2026-09-28T00:00:00.000Z',
    '2026-10-05T00:00:00.000Z',
  ]);
  expect(between('2026-10-01T00:00:00Z', '2026-10-01T00:10:00Z', 'hour', 'Asia/Kathmandu')).toEqual([
    '2026-09-30T23:15:00.000Z',
    '2026-10-01T00:15:00.000Z',
  ]);
});

test('more intervals than a chart can show are none', () => {
  expect(() => between('2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'hour', 'UTC')).toThrow(
    TooManyIntervals,
  );
});

const zones = fc.constantFrom(
  ...['UTC', 'Europe/Oslo', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe'],
  ...['America/Havana', 'Pacific/Apia', 'Pacific/Kiritimati', 'America/St_Johns', 'Africa/Casablanca'],
);
const instants = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2030, 0) });
const HOURS = { hour: 1, day: 24, week: 168, month: 744 };

test('intervals follow each other without a gap, on quarters of an hour, each within one local hour, day or month', () => {
  fc.assert(
    fc.property(
      zones,
      fc.constantFrom(...intervalNames),
      instants,
      fc.nat(40),
      (zone, interval, from, count) => {
        const to = from + count * HOURS[interval] * 3_600_000;
        const bounds = boundsOf(from, to, interval, zone, 400);
        expect(bounds[0]! <= from && bounds.at(-1)! > to).toBe(true);
        expect(bounds.every((bound) => bound % QUARTER_MS === 0)).toBe(true);
        expect(bounds.every((bound, at) => at === 0 || bound > bounds[at - 1]!)).toBe(true);
        if (interval === 'day')
          for (const [at, bound] of bounds.slice(1).entries())
            expect(dateAt(bounds[at]!, zone)).toBe(dateAt(bound - 1, zone));
      },
    ),
  );
});

test('blocks added and taken away make up each quarter of an hour of a stretch once, and no other', () => {
  const spans = [
    fc.constant(15),
    fc.integer({ min: 1, max: 96 * 2 }).map((quarters) => quarters * 15),
    fc.integer({ min: 1, max: 96 * 400 }).map((quarters) => quarters * 15),
  ];
  fc.assert(
    fc.property(instants, fc.oneof(...spans), (start, minutes) => {
      const from = startOf('quarter', start);
      const to = from + minutes * 60_000;
      const covered = new Map<number, number>();
      const parts = partsBetween(from, to);
      for (const { id, sign } of parts) {
        const [grain, text] = id.split('/') as [(typeof grains)[number], string];
        const begin = Date.parse(text.length === 13 ? `${text}:00Z` : text.length === 16 ? `${text}Z` : text);
        expect(blockId(grain, begin)).toBe(id);
        for (let at = begin; at < endOf(grain, begin); at += QUARTER_MS)
          covered.set(at, (covered.get(at) ?? 0) + sign);
      }
      for (let at = from; at < to; at += QUARTER_MS) covered.set(at, (covered.get(at) ?? 0) - 1);
      expect([...covered.values()].filter((count) => count !== 0)).toEqual([]);
      expect(parts.length).toBeLessThan(80);
    }),
    { numRuns: 50 },
  );
});
