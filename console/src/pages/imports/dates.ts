// How an import reads dates, by the order of day, month and year: shown before anything is sent. As the server has it. Pure.
import { dateFormats, type DateFormat } from './import-request';

const ORDER = { MONTH_DAY_YEAR: 'mdy', DAY_MONTH_YEAR: 'dmy', YEAR_MONTH_DAY: 'ymd' } as const;
const PARTS = /^(\d{1,4})([/.\- ])(\d{1,2})\2(\d{1,4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/;
const MILLISECONDS = /^-?\d{12,15}$/;

/** The day as YYYY-MM-DD; undefined where the text is no date of the format. */
export function dayOf(text: string, format: DateFormat): string | undefined {
  const trimmed = text.trim();
  if (MILLISECONDS.test(trimmed)) return new Date(Number(trimmed)).toISOString().slice(0, 10);
  if (ISO.test(trimmed)) return isDay(trimmed.slice(0, 10)) ? trimmed.slice(0, 10) : undefined;
  const parts = PARTS.exec(trimmed);
  if (!parts) return undefined;
  const texts = [parts[1]!, parts[3]!, parts[4]!];
  const of = (part: string) => texts[ORDER[format].indexOf(part)]!;
  if (of('y').length !== 4 || of('m').length > 2 || of('d').length > 2) return undefined;
  const day = `${of('y')}-${of('m').padStart(2, '0')}-${of('d').padStart(2, '0')}`;
  return isDay(day) ? day : undefined;
}

/** As an import without a format reads it: what stands between points is left to whoever knows the order. */
export const readDay = (text: string, format: DateFormat | undefined): string | undefined =>
  format === undefined && text.includes('.') && !ISO.test(text.trim())
    ? undefined
    : dayOf(text, format ?? 'MONTH_DAY_YEAR');

/** The formats in which all values are dates. */
export const fitting = (values: readonly string[]): readonly DateFormat[] =>
  dateFormats.filter((format) => values.every((value) => dayOf(value, format) !== undefined));

function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00.000Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}
