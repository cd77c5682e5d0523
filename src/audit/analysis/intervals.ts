// Cuts a stretch of time into the hours, days, weeks or months of a time zone. Pure.
import { instantOf, wallClock } from '../../backups/schedules/wall-clock';
import { QUARTER_MS } from './counts.vocabulary';

export const intervalNames = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof intervalNames)[number];

const HOUR_MS = 4 * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;
const MONDAY = 1;

/** A caller asks for more intervals than `most`. */
export class TooManyIntervals extends Error {}

const shownAt = (time: number, zone: string): number => wallClock(new Date(time), zone);

/** The first instant at which clocks of the zone show a time or a later one: they skip some times, and show some twice. */
function firstAt(shown: number, zone: string): number {
  let at = Math.floor(instantOf(shown, zone).getTime() / QUARTER_MS) * QUARTER_MS;
  while (shownAt(at - QUARTER_MS, zone) >= shown) at -= QUARTER_MS;
  while (shownAt(at, zone) < shown) at += QUARTER_MS;
  return at;
}

/** What clocks show when the day, week or month begins that they show a time of. */
function shownStart(interval: Interval, shown: number): number {
  const day = Math.floor(shown / DAY_MS) * DAY_MS;
  const at = new Date(day);
  if (interval === 'month') return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  return interval === 'week' ? day - ((at.getUTCDay() + 7 - MONDAY) % 7) * DAY_MS : day;
}

function shownNext(interval: Interval, start: number): number {
  const at = new Date(start);
  if (interval === 'month') return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
  return start + (interval === 'week' ? 7 : 1) * DAY_MS;
}

/** When the hour begins that clocks of the zone show: some zones are not a whole number of hours away. */
function hourStart(time: number, zone: string): number {
  let at = Math.floor(time / QUARTER_MS) * QUARTER_MS;
  while (shownAt(at, zone) % HOUR_MS !== 0) at -= QUARTER_MS;
  return at;
}

function nextHour(start: number, zone: string): number {
  let at = start + HOUR_MS;
  if (shownAt(at, zone) % HOUR_MS === 0) return at;
  at = start + QUARTER_MS;
  while (shownAt(at, zone) % HOUR_MS !== 0) at += QUARTER_MS;
  return at;
}

/**
 * The bounds of all intervals that have a part of the time from one instant to another, so that the first of them begins
 * at or before `from` and the last ends after `to`; milliseconds since the epoch. Throws TooManyIntervals.
 */
export function boundsOf(from: number, to: number, interval: Interval, zone: string, most: number): number[] {
  const bounds: number[] = [];
  const add = (bound: number) => {
    if (bounds.length > most) throw new TooManyIntervals();
    bounds.push(bound);
  };
  if (interval === 'hour') {
    for (let at = hourStart(from, zone); ; at = nextHour(at, zone)) {
      add(at);
      if (at > to) return bounds;
    }
  }
  for (let shown = shownStart(interval, shownAt(from, zone)); ; shown = shownNext(interval, shown)) {
    const at = firstAt(shown, zone);
    add(at);
    if (at > to) return bounds;
  }
}

/** From the first instant of a day, YYYY-MM-DD, to that of the next. */
export function dayOf(date: string, zone: string): readonly [number, number] {
  const shown = Date.parse(date);
  return [firstAt(shown, zone), firstAt(shown + DAY_MS, zone)];
}

/** The day that clocks of the zone show at an instant, YYYY-MM-DD. */
export const dateAt = (time: number, zone: string): string =>
  new Date(shownAt(time, zone)).toISOString().slice(0, 'YYYY-MM-DD'.length);
