// When a schedule is due, by what clocks show in its time zone.
import fc from 'fast-check';
import { dueSince, nextDue, tooDense, wrongTimes } from '../../../../src/backups/schedules/due-times';

const now = new Date('2027-03-26T12:00:00.000Z');
const nightly = { cron: '0 3 * * *', timeZone: 'Europe/Berlin' };
const schedule = (cron: string, timeZone = 'UTC') => ({
  ...{ scheduleId: 's-1', cron, timeZone, objectTypes: null, keep: null },
});
const nexts = (times: typeof nightly, n: number) => {
  const found: string[] = [];
  for (let at: Date | undefined = now; found.length < n;) {
    at = nextDue(times, at!);
    found.push(at!.toISOString());
  }
  return found;
};

test('it is due at the time that clocks show, also where they are changed', () => {
  expect(nexts(nightly, 3)).toEqual([
    '2027-03-27T02:00:00.000Z',
    '2027-03-28T01:00:00.000Z',
    '2027-03-29T01:00:00.000Z',
  ]);
  // On 28 March clocks skip 2:30, on 31 October they show it twice.
  const skipped = nexts({ ...nightly, cron: '30 2 * * *' }, 3);
  expect(skipped.map((at) => at.slice(0, 10))).toEqual(['2027-03-27', '2027-03-28', '2027-03-29']);
  const autumn = { ...schedule('30 2 * * *', 'Europe/Berlin') };
  const first = nextDue(autumn, new Date('2027-10-30T22:00:00.000Z'))!;
  expect(nextDue(autumn, first)!.toISOString()).toBe('2027-11-01T01:30:00.000Z');
});

test('names what is wrong with the times', () => {
  expect(wrongTimes(nightly, now)).toBeUndefined();
  expect(wrongTimes({ ...nightly, timeZone: 'Mars/Base' }, now)?.field).toBe('timeZone');
  for (const cron of [
    '',
    '3 * * *',
    '0 0 3 * * *',
    '@daily',
    '61 3 * * *',
    'x 3 * * *',
    '0 0 30 2 *',
    '2027-01-01',
  ])
    expect([cron, wrongTimes({ ...nightly, cron }, now)?.field]).toEqual([cron, 'cron']);
});

describe('What came since the last run', () => {
  const since = (hours: number, cron = '0 * * * *') =>
    dueSince(schedule(cron), new Date(now.getTime() - hours * 3_600_000), now);

  test('is one run, at its time', async () => {
    expect(await since(0)).toBeUndefined();
    expect(await since(1)).toEqual({ scheduleId: 's-1', dueAt: now.toISOString(), missed: null });
  });

  test('is one run after an outage, and what was missed is told', async () => {
    expect(await since(4)).toEqual({
      ...{ scheduleId: 's-1', dueAt: now.toISOString() },
      missed: {
        ...{ count: 3, andMore: false },
        ...{ first: '2027-03-26T09:00:00.000Z', last: '2027-03-26T11:00:00.000Z' },
      },
    });
    expect((await since(3, '30 * * * *'))?.missed).toMatchObject({ count: 3 });
  });

  test('is counted up to a bound', async () => {
    const due = await since(365 * 24, '* * * * *');
    expect(due).toMatchObject({ dueAt: now.toISOString(), missed: { count: 1_000, andMore: true } });
  });

  test('is the same whoever looks, and however often: each due time is in one run', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 20 }), async (minutes) => {
        let done = now;
        let at = now.getTime();
        let told = 0;
        for (const pause of minutes) {
          at += pause * 60_000;
          const due = await dueSince(schedule('*/20 * * * *'), done, new Date(at));
          if (!due) continue;
          expect(due.dueAt > done.toISOString()).toBe(true);
          const onTime = at - Date.parse(due.dueAt) <= 5 * 60_000 ? 1 : 0;
          told += (due.missed?.count ?? 0) + onTime;
          done = new Date(due.dueAt);
        }
        const last = Math.floor(at / 1_200_000) - Math.floor(now.getTime() / 1_200_000);
        expect(told).toBe(last);
      }),
      { numRuns: 50 },
    ));
});

describe('A quota', () => {
  const day = { count: 1, windowMs: 24 * 3_600_000 };
  const week = { count: 1, windowMs: 7 * 24 * 3_600_000 };
  const dense = async (cron: string, quota: typeof day, timeZone = 'Europe/Berlin') =>
    (await tooDense({ cron, timeZone }, quota, now)) !== undefined;

  test('allows what is as dense as it, also where a day is an hour short', async () => {
    for (const cron of ['0 3 * * *', '30 2 * * *', '0 0 * * 1-5', '0 3 1 * *'])
      expect([cron, await dense(cron, day)]).toEqual([cron, false]);
    expect(await dense('0 3 * * 1', week)).toBe(false);
    expect(await dense('0 3,15 * * *', { ...day, count: 2 })).toBe(false);
  });

  test('refuses what is denser, be it once a year', async () => {
    for (const cron of ['0 * * * *', '0 3,15 * * *', '* * * * *'])
      expect([cron, await dense(cron, day)]).toEqual([cron, true]);
    expect(await dense('0 3 * * *', week)).toBe(true);
    // The last of February and the first of March are a day apart, and elsewhere a week.
    expect(await dense('0 3 1,8,15,22 * *', week)).toBe(false);
    expect(await dense('0 3 1,8,15,22,29 * *', week)).toBe(true);
    expect(await dense('0 3,4 * * *', { ...day, count: 2 }, 'UTC')).toBe(false);
    expect(await dense('0 3,4,5 * * *', { ...day, count: 2 }, 'UTC')).toBe(true);
  });

  test('names the first two runs that it does not allow', async () => {
    expect(await tooDense({ cron: '0 3,15 * * *', timeZone: 'UTC' }, day, now)).toEqual({
      from: new Date('2027-03-26T15:00:00.000Z'),
      to: new Date('2027-03-27T03:00:00.000Z'),
    });
  });
});
