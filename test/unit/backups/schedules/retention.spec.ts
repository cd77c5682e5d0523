// The files of scheduled backups that are kept beyond the 14 days.
import fc from 'fast-check';
import { keptUntil, stays } from '../../../../src/backups/schedules/retention';
import { wallClock } from '../../../../src/backups/schedules/wall-clock';

const DAY_MS = 86_400_000;
const at = (text: string) => new Date(text);

test('the first of a day, a week and a month is kept for so many of them', () => {
  const keep = { daily: 20, weekly: 5, monthly: 3 };
  const times = ['2027-02-28T02:00Z', '2027-03-01T02:00Z', '2027-03-01T14:00Z', '2027-03-02T02:00Z'].map(at);
  // In Berlin; on 28 March clocks are put forward.
  expect(keptUntil(times, keep, 'Europe/Berlin').map((until) => until?.toISOString())).toEqual([
    '2027-04-30T22:00:00.000Z',
    '2027-05-31T22:00:00.000Z',
    undefined,
    '2027-03-21T23:00:00.000Z',
  ]);
});

test('none is kept where nothing is said', () =>
  expect(keptUntil([at('2027-03-01T02:00Z')], { daily: 0, weekly: 0, monthly: 0 }, 'UTC')).toEqual([
    undefined,
  ]));

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Apia');
const keeps = fc.record({
  daily: fc.integer({ min: 0, max: 30 }),
  weekly: fc.integer({ min: 0, max: 10 }),
  monthly: fc.integer({ min: 0, max: 6 }),
});
const history = fc
  .array(fc.integer({ min: 1, max: 30 * 24 }), { minLength: 1, maxLength: 60 })
  .map((hours) =>
    hours.reduce<Date[]>(
      (all, h) => [...all, new Date((all.at(-1)?.getTime() ?? Date.UTC(2026, 0)) + h * 3_600_000)],
      [],
    ),
  );

const dayOf = (shown: number) => Math.floor(shown / DAY_MS);
const numbers: Record<string, (shown: number) => number> = {
  daily: dayOf,
  // 1970 began on a Thursday.
  weekly: (shown) => Math.floor((dayOf(shown) + 3) / 7),
  monthly: (shown) => new Date(shown).getUTCFullYear() * 12 + new Date(shown).getUTCMonth(),
};

test('each of the last days, weeks and months that had a backup has one, and no more are kept', () =>
  fc.assert(
    fc.property(
      history,
      keeps,
      zone,
      fc.integer({ min: 0, max: 400 * 24 }),
      (times, keep, timeZone, hours) => {
        // Clocks of a zone that is about to leave a day out are looked at to the hour alone.
        const now = new Date(times.at(-1)!.getTime() + hours * 3_600_000);
        const kept = stays(times, keep, timeZone, now);
        const expected = new Set<Date>();
        for (const kind of ['daily', 'weekly', 'monthly'] as const) {
          const number = (time: Date) => numbers[kind]!(wallClock(time, timeZone));
          for (const time of times) {
            const isFirst = times.find((other) => number(other) === number(time)) === time;
            if (isFirst && number(now) - number(time) < keep[kind]) expected.add(time);
          }
        }
        expect(kept).toEqual(times.filter((time) => expected.has(time)));
        expect(kept.length).toBeLessThanOrEqual(keep.daily + keep.weekly + keep.monthly);
      },
    ),
    { numRuns: 300 },
  ));

test('what is told of a backup when it is taken stays true, whatever is taken later', () =>
  fc.assert(
    fc.property(history, keeps, zone, (times, keep, timeZone) => {
      const all = keptUntil(times, keep, timeZone);
      for (let n = 1; n <= times.length; n++)
        expect(keptUntil(times.slice(0, n), keep, timeZone)).toEqual(all.slice(0, n));
    }),
    { numRuns: 50 },
  ));
