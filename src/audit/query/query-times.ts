// Times in a query: days and months of a time zone, instants, and times that are told from now.
import { instantOf, wallClock } from '../../backups/schedules/wall-clock';

type Moment =
  | { readonly kind: 'instant'; readonly ms: number }
  | { readonly kind: 'ago'; readonly ms: number }
  /** What clocks show, as milliseconds of UTC: a whole period, or a time of day. */
  | { readonly kind: 'shown'; readonly ms: number; readonly period?: 'day' | 'month' }
  /** Days before today. */
  | { readonly kind: 'day'; readonly before: number };

/** From one moment to another, both included; of a period from its beginning, or to its end. */
export interface Span {
  readonly from?: Moment;
  readonly to?: Moment;
}

const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** `90m`, `24h`, `7d`, `2w`; undefined where the text is no such duration. */
export function durationOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})([smhdw])$/i.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS[unit!.toLowerCase()]!;
}

const WORDS: Readonly<Record<string, Moment>> = {
  now: { kind: 'ago', ms: 0 },
  today: { kind: 'day', before: 0 },
  yesterday: { kind: 'day', before: 1 },
};
export const timeWords = Object.keys(WORDS);

const DATE =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?)?$/i;

function momentOf(text: string): Moment | undefined {
  const word = WORDS[text.toLowerCase()];
  if (word) return word;
  if (text.startsWith('-')) {
    const ms = durationOf(text.slice(1));
    return ms === undefined ? undefined : { kind: 'ago', ms };
  }
  const [, year, month, day, hour, minute, second = '0', part = '0', zone] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const given = [Number(year), Number(month) - 1, Number(day ?? 1)] as const;
  const time = [Number(hour ?? 0), Number(minute ?? 0), Number(second), Number(part.padEnd(3, '0'))] as const;
  const shown = new Date(0);
  shown.setUTCFullYear(...given);
  shown.setUTCHours(...time);
  // A day or an hour that there is not runs over into the next.
  if (shown.getUTCMonth() !== given[1] || shown.getUTCDate() !== given[2] || time[0] > 23) return undefined;
  if (time[1] > 59 || time[2] > 59) return undefined;
  const ms = shown.getTime();
  if (zone !== undefined) return { kind: 'instant', ms: ms - offsetOf(zone) };
  if (hour !== undefined) return { kind: 'shown', ms };
  return { kind: 'shown', ms, period: day === undefined ? 'month' : 'day' };
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  return sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * UNITS['m']!;
}

/** Whether a word of a query begins as a time does, so that it is meant to be one. */
export const beginsAsTime = (text: string): boolean =>
  /^(\d{4}-\d{2}(?!\d)|-\d+[smhdw]\.\.|\.\.|(today|yesterday|now)(\.\.|$))/i.test(text);

/** `2026-10-01`, `2026-10..`, `-24h..now`; undefined where the text is no time. */
export function spanOf(text: string): Span | undefined {
  const ends = text.split('..');
  if (ends.length > 2 || ends.every((end) => end === '')) return undefined;
  const [from, to] = ends.map((end) => (end === '' ? undefined : momentOf(end)));
  if (ends.some((end, i) => end !== '' && [from, to][i] === undefined)) return undefined;
  if (ends.length === 1) return { from: from!, to: from! };
  return { ...(from && { from }), ...(to && { to }) };
}

/** The last so many milliseconds. */
export const lastSpan = (ms: number): Span => ({ from: { kind: 'ago', ms }, to: WORDS['now']! });

/** The first millisecond of a span and the first one after it, for a question that is asked now. */
export function boundsOf(
  { from, to }: Span,
  now: number,
  timeZone: string,
): { readonly $gte?: number; readonly $lt?: number } {
  return {
    ...(from && { $gte: instantsOf(from, now, timeZone).first }),
    ...(to && { $lt: instantsOf(to, now, timeZone).end }),
  };
}

function instantsOf(moment: Moment, now: number, timeZone: string): { first: number; end: number } {
  const only = (ms: number) => ({ first: ms, end: ms + 1 });
  const shownAt = (ms: number) => instantOf(ms, timeZone).getTime();
  switch (moment.kind) {
    case 'instant':
      return only(moment.ms);
    case 'ago':
      return only(now - moment.ms);
    case 'shown': {
      if (!moment.period) return only(shownAt(moment.ms));
      const date = new Date(moment.ms);
      const next =
        moment.period === 'day'
          ? moment.ms + DAY_MS
          : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
      return { first: shownAt(moment.ms), end: shownAt(next) };
    }
    case 'day': {
      const shown = wallClock(new Date(now), timeZone);
      const day = Math.floor(shown / DAY_MS) * DAY_MS - moment.before * DAY_MS;
      return { first: shownAt(day), end: shownAt(day + DAY_MS) };
    }
  }
}
