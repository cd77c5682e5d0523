// The times at which a schedule is due, by cron fields in a time zone.
import { Cron } from 'croner';
import { breathe } from '../../eventsourcing/breath';
import type { Quota } from '../backup-quota.decider';
import { distance, wallClock } from './wall-clock';
import type { Due } from './schedule.decider';
import type { Missed, Schedule } from './schedule.events';

type Times = Pick<Schedule, 'cron' | 'timeZone'>;

const FIVE_FIELDS = /^\S+(?: +\S+){4}$/;
/** Milliseconds after which a due time that nobody has taken up counts as missed. */
const LATE_MS = 5 * 60_000;
const MOST_MISSED = 1_000;
/** Runs of which the distances are looked at: four years of one a day, and so each change of the clocks and each leap. */
const MOST_LOOKED_AT = 1_500;
const FAR_MS = 10 * 366 * 24 * 3_600_000;

const cronOf = ({ cron, timeZone }: Times): Cron =>
  new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });

/** What is wrong with the times of a schedule; undefined where they can be computed and some are to come. */
export function wrongTimes(
  times: Times,
  now: Date,
): { field: 'cron' | 'timeZone'; message: string } | undefined {
  try {
    wallClock(now, times.timeZone);
  } catch {
    return { field: 'timeZone', message: 'must be the name of a time zone, such as Europe/Berlin or UTC' };
  }
  if (!FIVE_FIELDS.test(times.cron))
    return { field: 'cron', message: 'must have five fields: minute, hour, day, month, day of the week' };
  try {
    if (nextDue(times, now)) return undefined;
  } catch (error) {
    return {
      field: 'cron',
      message: `cannot be read: ${(error as Error).message.replace(/^CronPattern: /, '')}`,
    };
  }
  return { field: 'cron', message: 'names a time that never comes' };
}

/** The first due time after an instant. */
export const nextDue = (times: Times, after: Date): Date | undefined =>
  cronOf(times).nextRun(after) ?? undefined;

/** The last due time before an instant. */
export const lastDue = (times: Times, before: Date): Date | undefined =>
  cronOf(times).previousRuns(1, before)[0];

/** The due times after `doneUpTo` that have come: one run is made for them, by the last one. */
export async function dueSince(
  schedule: Times & Pick<Schedule, 'scheduleId'>,
  doneUpTo: Date,
  now: Date,
): Promise<Due | undefined> {
  const cron = cronOf(schedule);
  const came: Date[] = [];
  for (
    let at = cron.nextRun(doneUpTo);
    at && at <= now && came.length <= MOST_MISSED;
    at = cron.nextRun(at)
  ) {
    came.push(at);
    await breathe();
  }
  const [first] = came;
  if (!first) return undefined;
  const andMore = came.length > MOST_MISSED;
  const last =
    (andMore ? cron.previousRuns(1, new Date(now.getTime() + 1_000))[0] : undefined) ?? came.at(-1)!;
  const late = came.filter((at) => now.getTime() - at.getTime() > LATE_MS);
  const missed: Missed | null =
    late.length === 0
      ? null
      : {
          count: Math.min(late.length, MOST_MISSED),
          andMore,
          first: late[0]!.toISOString(),
          last: (andMore ? last : late.at(-1)!).toISOString(),
        };
  return { scheduleId: schedule.scheduleId, dueAt: last.toISOString(), missed };
}

/** The first runs that lie closer together than a quota allows; undefined where it allows all. */
export async function tooDense(
  times: Times,
  { count, windowMs }: Quota,
  now: Date,
): Promise<{ from: Date; to: Date } | undefined> {
  const cron = cronOf(times);
  const runs: Date[] = [];
  const end = now.getTime() + FAR_MS;
  let looked = 0;
  for (let at = cron.nextRun(now); at && at.getTime() < end; at = cron.nextRun(at)) {
    await breathe();
    if (++looked > MOST_LOOKED_AT + count) break;
    runs.push(at);
    if (runs.length > count) {
      const from = runs.shift()!;
      // The clocks are looked at where it matters.
      if (at.getTime() - from.getTime() < windowMs && distance(from, at, times.timeZone) < windowMs)
        return { from, to: at };
    }
  }
  return undefined;
}
