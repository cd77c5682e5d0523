// What clocks show in a time zone, and when they show a time.

const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 100;

/** Throws RangeError where there is no such time zone. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const all = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    format = new Intl.DateTimeFormat('en', {
      ...{ ...all, second: 'numeric', timeZone, hourCycle: 'h23', calendar: 'gregory', era: 'narrow' },
    });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

/** The time that clocks in the zone show, to the second, as milliseconds of UTC. */
export function wallClock(at: Date, timeZone: string): number {
  if (timeZone === 'UTC') return Math.floor(at.getTime() / 1_000) * 1_000;
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

/** The instant at which clocks in the zone show a time; up to an hour beside it where they skip that time. */
export function instantOf(shown: number, timeZone: string): Date {
  let at = shown;
  for (let i = 0; i < 2; i++) at = shown - (wallClock(new Date(at), timeZone) - at);
  return new Date(at);
}

const DAY_MS = 24 * 3_600_000;

/**
 * Milliseconds from one instant to another, as far as a quota counts them: where the clocks are changed nearby, a day that
 * is an hour short is still a day.
 */
export function distance(from: Date, to: Date, timeZone: string): number {
  const offset = (at: number) => wallClock(new Date(at), timeZone) - Math.floor(at / 1_000) * 1_000;
  const [a, b] = [from.getTime(), to.getTime()];
  const offsets = [a - DAY_MS, a, b, b + DAY_MS].map(offset);
  return b - a + Math.max(...offsets) - Math.min(...offsets);
}
