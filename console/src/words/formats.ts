// Shows times, numbers and sizes as the reader's language and zone have them: the one formatter of all pages.
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

const ZONE = 'strata.zone';
const listeners = new Set<() => void>();

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that was chosen, else the browser's. */
export const zone = (): string => localStorage.getItem(ZONE) ?? browserZone();

export function chooseZone(name: string | undefined): void {
  if (name === undefined) localStorage.removeItem(ZONE);
  else localStorage.setItem(ZONE, name);
  listeners.forEach((listener) => listener());
}

function onZone(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useZone = (): string => useSyncExternalStore(onZone, zone);

/** Conventions of the country whose browser it is, where its language is the one shown. */
function localeOf(language: string): string {
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language && tag.includes('-'));
  return own ?? { en: 'en-GB', nb: 'nb-NO', da: 'da-DK' }[language] ?? language;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

export interface Formats {
  readonly locale: string;
  readonly zone: string;
  /** Date and time to the second. */
  time: (at: Instant) => string;
  /** Date and time to the minute. */
  shortTime: (at: Instant) => string;
  date: (at: Instant) => string;
  clock: (at: Instant) => string;
  /** "3 minutes ago", "in 2 days". */
  relative: (at: Instant, now?: number) => string;
  number: (value: number) => string;
  percent: (share: number) => string;
  bytes: (bytes: number) => string;
  duration: (seconds: number) => string;
  list: (words: readonly string[]) => string;
  /** The zone as people write it: "CET", "UTC+2". */
  zoneName: (at?: Instant) => string;
}

export type Instant = string | number | Date;

const made = new Map<string, Formats>();

function formatsOf(locale: string, timeZone: string): Formats {
  const dated = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
  const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
  const minute = { hour: '2-digit', minute: '2-digit' } as const;
  const [time, shortTime] = [dated({ ...day, ...minute, second: '2-digit' }), dated({ ...day, ...minute })];
  const [date, clock] = [dated(day), dated({ ...minute, second: '2-digit' })];
  const name = dated({ timeZoneName: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const unit = (of: string, value: number, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: of,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  const of = (at: Instant) => new Date(at);
  return {
    locale,
    zone: timeZone,
    time: (at) => time.format(of(at)),
    shortTime: (at) => shortTime.format(of(at)),
    date: (at) => date.format(of(at)),
    clock: (at) => clock.format(of(at)),
    relative: (at, now = Date.now()) => {
      const seconds = (of(at).getTime() - now) / 1000;
      const [name, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
      return relative.format(Math.trunc(seconds / size), name);
    },
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes: (bytes) => {
      const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
      return unit(UNITS[power]!, bytes / 1000 ** power, power === 0 ? 0 : 1);
    },
    duration: (seconds) => {
      if (seconds < 1) return unit('millisecond', Math.round(seconds * 1000));
      if (seconds < 60) return unit('second', seconds, seconds < 10 ? 1 : 0);
      if (seconds < 3600)
        return `${unit('minute', Math.floor(seconds / 60))} ${unit('second', Math.floor(seconds % 60))}`;
      return `${unit('hour', Math.floor(seconds / 3600))} ${unit('minute', Math.floor((seconds % 3600) / 60))}`;
    },
    list: (words) => list.format(words),
    zoneName: (at = Date.now()) =>
      name.formatToParts(of(at)).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
  };
}

export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const timeZone = useZone();
  const locale = localeOf(i18n.language);
  const key = `${locale} ${timeZone}`;
  const known = made.get(key) ?? formatsOf(locale, timeZone);
  made.set(key, known);
  return known;
}
