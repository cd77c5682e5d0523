// When a schedule runs: the few rhythms that most people want, to and from the five fields that the server knows.

export type Rhythm =
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly time: string; readonly day: number }
  | { readonly kind: 'own'; readonly cron: string };

const two = (value: string): string => value.padStart(2, '0');

export function rhythmOf(cron: string): Rhythm {
  const [minute = '', hour = '', day, month, weekday = '', ...more] = cron.trim().split(/\s+/);
  const isPlain = /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour) && day === '*' && month === '*';
  const time = `${two(hour)}:${two(minute)}`;
  if (isPlain && more.length === 0 && weekday === '*') return { kind: 'daily', time };
  if (isPlain && more.length === 0 && /^[0-7]$/.test(weekday))
    return { kind: 'weekly', time, day: Number(weekday) % 7 };
  return { kind: 'own', cron: cron.trim() };
}

export function cronOf(rhythm: Rhythm): string {
  if (rhythm.kind === 'own') return rhythm.cron.trim();
  const [hour, minute] = rhythm.time.split(':').map(Number);
  return `${minute ?? 0} ${hour ?? 0} * * ${rhythm.kind === 'daily' ? '*' : rhythm.day}`;
}

/** What a day of the week is called, Sunday being 0. */
export const dayName = (day: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2023, 0, 1 + day));

/** Days of the week as they are offered, from Monday. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;
