// Reads dates as people write them, by the order of day, month and year that the import names.

export const dateFormats = ['MONTH_DAY_YEAR', 'DAY_MONTH_YEAR', 'YEAR_MONTH_DAY'] as const;
export type DateFormat = (typeof dateFormats)[number];

const ORDER: Readonly<Record<DateFormat, readonly ['y' | 'm' | 'd', 'y' | 'm' | 'd', 'y' | 'm' | 'd']>> = {
  MONTH_DAY_YEAR: ['m', 'd', 'y'],
  DAY_MONTH_YEAR: ['d', 'm', 'y'],
  YEAR_MONTH_DAY: ['y', 'm', 'd'],
};
const PARTS = /^(\d{1,4})([/.\- ])(\d{1,2})\2(\d{1,4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/;

/**
 * `YYYY-MM-DD`, followed by the time if the text has one; undefined where the text is no date of the format. An ISO
 * 8601 date cannot be misread: it stays as it is, and is checked later by the property's type. Years have four digits.
 */
export function isoDate(text: string, format: DateFormat): string | undefined {
  const trimmed = text.trim();
  if (ISO.test(trimmed)) return trimmed;
  const [, first, , second, third, hours, minutes, seconds = '00'] = PARTS.exec(trimmed) ?? [];
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const texts = [first, second, third];
  const of = (part: 'y' | 'm' | 'd') => texts[ORDER[format].indexOf(part)]!;
  if (of('y').length !== 4 || of('m').length > 2 || of('d').length > 2) return undefined;
  const day = `${of('y')}-${of('m').padStart(2, '0')}-${of('d').padStart(2, '0')}`;
  if (!isDay(day)) return undefined;
  return hours === undefined ? day : `${day}T${hours.padStart(2, '0')}:${minutes}:${seconds}Z`;
}

function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00.000Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}
