// Turns the counts of a chart into what is drawn: an entry for each interval, and a colour for each line.
import type { Chart, Interval } from './analysis.queries';

/** Lines that are drawn by themselves; what is left is drawn as one, and stands in the table line by line. */
export const MOST_LINES = 7;
export const REST = '#rest';

export type Datum = Readonly<Record<string, string | number>> & { readonly from: string };

export interface Line {
  readonly name: string;
  readonly color: string;
}

// Told apart in the light and in the dark, and by whoever sees no red and green; the table says them in words anyway.
const COLORS = [
  'cyan.7',
  'orange.6',
  'violet.5',
  'teal.6',
  'pink.6',
  'yellow.6',
  'blue.6',
  'gray.6',
] as const;

export function drawn({ series }: Chart): {
  readonly lines: readonly Line[];
  readonly data: readonly Datum[];
} {
  const ordered = [...series].sort((a, b) => b.count - a.count);
  const single = ordered.slice(0, ordered.length > MOST_LINES + 1 ? MOST_LINES : MOST_LINES + 1);
  const rest = ordered.slice(single.length);
  const lines = [...single.map(({ name }) => name), ...(rest.length > 0 ? [REST] : [])].map(
    (name, index) => ({
      name,
      color: COLORS[index % COLORS.length]!,
    }),
  );
  const points = series[0]?.points ?? [];
  const data = points.map(({ from }, at) => ({
    from,
    ...Object.fromEntries(single.map(({ name, points }) => [name, points[at]?.count ?? 0])),
    ...(rest.length > 0 && { [REST]: rest.reduce((sum, { points }) => sum + (points[at]?.count ?? 0), 0) }),
  })) as readonly Datum[];
  return { lines, data };
}

/** What an interval is called on an axis and in a table. */
export function intervalText(from: string, interval: Interval, locale: string, timeZone: string): string {
  const options: Readonly<Record<Interval, Intl.DateTimeFormatOptions>> = {
    hour: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    day: { day: 'numeric', month: 'short' },
    week: { day: 'numeric', month: 'short' },
    month: { month: 'short', year: 'numeric' },
  };
  return new Intl.DateTimeFormat(locale, { ...options[interval], timeZone }).format(new Date(from));
}
