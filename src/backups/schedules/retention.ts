// Until when the files of scheduled backups are kept: grandfather, father, son. The first backup of a day, a week and a
// month stands for it as long as it is one of the last so many. Known from the beginning: what comes later changes
// nothing.
import { instantOf, wallClock } from './wall-clock';
import type { Keep } from './schedule.events';

const DAY_MS = 24 * 3_600_000;

/** A day, a week (from Monday) or a month: what begins at the time that clocks show, and what comes so many later. */
const periods: Readonly<
  Record<
    keyof Keep,
    { readonly begin: (shown: number) => number; readonly later: (begin: number, n: number) => number }
  >
> = {
  daily: { begin: (shown) => dayOf(shown), later: (begin, n) => begin + n * DAY_MS },
  weekly: {
    begin: (shown) => dayOf(shown) - ((new Date(shown).getUTCDay() + 6) % 7) * DAY_MS,
    later: (begin, n) => begin + 7 * n * DAY_MS,
  },
  monthly: {
    begin: (shown) => monthOf(shown, 0),
    later: (begin, n) => monthOf(begin, n),
  },
};

const dayOf = (shown: number): number => Math.floor(shown / DAY_MS) * DAY_MS;
const monthOf = (shown: number, n: number): number => {
  const date = new Date(shown);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + n, 1);
};

/**
 * Until when each of some backups is kept, by the times at which they were taken; undefined where it stands for nothing
 * that is to be kept.
 */
export function keptUntil(times: readonly Date[], keep: Keep, timeZone: string): (Date | undefined)[] {
  const shown = times.map((time) => wallClock(time, timeZone));
  const until = times.map((): number | undefined => undefined);
  for (const kind of ['daily', 'weekly', 'monthly'] as const) {
    if (keep[kind] === 0) continue;
    const { begin, later } = periods[kind];
    for (const i of firsts(times, shown.map(begin))) {
      const end = instantOf(later(begin(shown[i]!), keep[kind]), timeZone).getTime();
      until[i] = Math.max(until[i] ?? end, end);
    }
  }
  return until.map((end) => (end === undefined ? undefined : new Date(end)));
}

/** Where the first backup of each period stands. */
function firsts(times: readonly Date[], begins: readonly number[]): Iterable<number> {
  const first = new Map<number, number>();
  for (const [i, begin] of begins.entries()) {
    const known = first.get(begin);
    if (known === undefined || times[i]! < times[known]!) first.set(begin, i);
  }
  return first.values();
}

/** The backups among some that are still kept now. */
export const stays = (times: readonly Date[], keep: Keep, timeZone: string, now: Date): Date[] =>
  keptUntil(times, keep, timeZone).flatMap((until, i) => (until && until > now ? [times[i]!] : []));
