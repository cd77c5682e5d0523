// Learns how much of something is usual in each hour of the week, and says when an hour has more than that. Pure.
import type { AlertBaseline } from '../alert.events';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 7 * 24;
/** Weeks that are remembered, and that must have passed before anything is unusual. */
const REMEMBERED = 8;
const LEARNED_HOURS = 4 * WEEK_HOURS;

export interface UsualHours {
  /** Hours since the epoch: the first that was counted, and the one that is being counted. */
  readonly since: number;
  readonly hour: number;
  readonly count: number;
  readonly first: number;
  /** The hour has been told of. */
  readonly told: boolean;
  /** By hour of the week: hours of the last weeks that had something, and how much. */
  readonly past: Readonly<Record<string, readonly (readonly [hour: number, count: number])[]>>;
}

export const hourAt = (time: number): number => Math.floor(time / HOUR_MS);

/** The most that such an hour of the week, or the hour before or after it, has had in the weeks before. */
function mostUsual({ past }: UsualHours, hour: number): number {
  const near = [hour - 1, hour, hour + 1].flatMap((one) => past[one % WEEK_HOURS] ?? []);
  return Math.max(
    0,
    ...near.filter(([of]) => of > hour - (REMEMBERED + 1) * WEEK_HOURS && of < hour).map(([, n]) => n),
  );
}

/** `unusual`: the hour has become so by this row. */
export function learned(
  before: UsualHours | undefined,
  { time, count }: { readonly time: number; readonly count: number },
  baseline: AlertBaseline | null,
): { readonly after: UsualHours; readonly unusual: boolean } {
  const hour = hourAt(time);
  let now: UsualHours = before ?? { since: hour, hour, count: 0, first: time, told: false, past: {} };
  // Hours that are over stay as they were counted.
  if (hour < now.hour) return { after: now, unusual: false };
  if (hour > now.hour) {
    const slot = now.hour % WEEK_HOURS;
    const kept = [...(now.past[slot] ?? []), [now.hour, now.count] as const].slice(-REMEMBERED);
    now = { ...now, hour, count: 0, first: time, told: false, past: { ...now.past, [slot]: kept } };
  }
  now = { ...now, count: now.count + count };
  const unusual =
    baseline !== null &&
    !now.told &&
    hour - now.since >= LEARNED_HOURS &&
    now.count >= baseline.atLeast &&
    now.count >= baseline.factor * Math.max(1, mostUsual(now, hour));
  return { after: unusual ? { ...now, told: true } : now, unusual };
}
