// Reads dates as people write them, by the order of day, month and year that the import names.

export const dateFormats = ['MONTH_DAY_YEAR', 'DAY_MONTH_YEAR', 'YEAR_MONTH_DAY'] as const;
export type DateFormat = (typeof dateFormats)[number];

/** HubSpot's, where a request names none. */
const USUAL_FORMAT: DateFormat = 'MONTH_DAY_YEAR';

const ORDER: Readonly<Record<DateFormat, readonly ['y' | 'm' | 'd', 'y' | 'm' | 'd', 'y' | 'm' | 'd']>> = {
  MONTH_DAY_YEAR: ['m', 'd', 'y'],
  DAY_MONTH_YEAR: ['d', 'm', 'y'],
  YEAR_MONTH_DAY: ['y', 'm', 'd'],
};
const PARTS = /^(\d{1,4})([/.\- ])(\d{1,2})\2(\d{1,4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/;
const EPOCH = /^-?\d{9,15}$/;
/** Epoch milliseconds of so few digits are of 1970 to 1973: the number is one of seconds. */
const SECONDS = /^-?\d{9,11}$/;

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

/**
 * The value of a cell with a date. Epoch milliseconds stay as they are, since HubSpot's own exports hold them. Without a
 * format, days between points are left to whoever knows their order: only people who write the month first use slashes.
 */
export function dateOf(cell: string, format: DateFormat | undefined): string | undefined {
  const text = cell.trim();
  if (EPOCH.test(text)) return SECONDS.test(text) ? undefined : text;
  if (format === undefined && text.includes('.') && !ISO.test(text)) return undefined;
  return isoDate(text, format ?? USUAL_FORMAT);
}

/** Whether a cell shows that days stand before months in its column. */
export const hasDayFirst = (cell: string): boolean =>
  isoDate(cell, 'MONTH_DAY_YEAR') === undefined && isoDate(cell, 'DAY_MONTH_YEAR') !== undefined;

/** Whether a cell is the same day in both orders, or no date of them at all. */
export const isOneDay = (cell: string): boolean => {
  const [monthFirst, dayFirst] = [isoDate(cell, 'MONTH_DAY_YEAR'), isoDate(cell, 'DAY_MONTH_YEAR')];
  return monthFirst === undefined || dayFirst === undefined || monthFirst === dayFirst;
};

const EXAMPLES: Readonly<Record<DateFormat, string>> = {
  MONTH_DAY_YEAR: '12/31/2024',
  DAY_MONTH_YEAR: '31.12.2024',
  YEAR_MONTH_DAY: '2024/12/31',
};

/** What a cell must be, in words. */
export const dateExpected = (format: DateFormat | undefined): string =>
  `a date such as ${EXAMPLES[format ?? USUAL_FORMAT]} or 2024-12-31${format === undefined ? ' (another order by dateFormat)' : ''}, or epoch milliseconds`;

function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00.000Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}
