// What the audit log's counters count, and in which documents: cells of blocks of time, and sheets of one actor.

/** Blocks of time that counters are kept for, each made of whole ones of the next. They are of UTC. */
export const grains = ['month', 'day', 'hour', 'quarter'] as const;
export type Grain = (typeof grains)[number];

export const QUARTER_MS = 15 * 60_000;
export const DAY_MS = 96 * QUARTER_MS;

/** Characters of an ISO time that name a block; a quarter of an hour by its first minute. */
const NAMED = { month: 'YYYY-MM'.length, day: 'YYYY-MM-DD'.length, hour: 'YYYY-MM-DDTHH'.length } as const;

/** When the block begins in which a time falls; both in milliseconds since the epoch. */
export function startOf(grain: Grain, time: number): number {
  if (grain === 'quarter') return Math.floor(time / QUARTER_MS) * QUARTER_MS;
  if (grain === 'hour') return Math.floor(time / (4 * QUARTER_MS)) * 4 * QUARTER_MS;
  if (grain === 'day') return Math.floor(time / DAY_MS) * DAY_MS;
  const at = new Date(time);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
}

/** When the block ends that begins at a time. */
export function endOf(grain: Grain, start: number): number {
  if (grain === 'quarter') return start + QUARTER_MS;
  if (grain === 'hour') return start + 4 * QUARTER_MS;
  if (grain === 'day') return start + DAY_MS;
  const at = new Date(start);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
}

/** The name of the block that begins at a time: the id of its document. */
export function blockId(grain: Grain, start: number): string {
  const iso = new Date(start).toISOString();
  return `${grain}/${grain === 'quarter' ? iso.slice(0, 'YYYY-MM-DDTHH:MM'.length) : iso.slice(0, NAMED[grain])}`;
}

/** What a cell counts. Beside category and action, failed logins and reports are told apart: both are asked for. */
export type Cell = string;
const REPORT = 'REPORT';
const FAILED = 'FAILED';

interface Counted {
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
}

export function cellOf({ category, subCategory, action }: Counted): Cell {
  const apart = subCategory === 'LOGIN_FAILED' ? FAILED : subCategory === REPORT ? REPORT : '';
  return `${category}/${action}/${apart}`;
}

export function partsOf(cell: Cell) {
  const [category, action, apart] = cell.split('/') as [string, string, string];
  return { category, action, failed: apart === FAILED, report: apart === REPORT };
}

/** Counts by cell. */
export type Counts = Readonly<Record<Cell, number>>;
/** Counts by the days of a month, or the quarters of an hour of a day. */
export type Slots = Readonly<Record<string, number>>;

/** A sheet is of one actor and one month, by its days, or of one day, by its quarters of an hour. */
export type SheetKind = 'user' | 'ip';
export const sheetId = (kind: SheetKind, span: string, actor: string): string => `${span}/${kind}/${actor}`;

/** The place of a time in the sheet of its month, and in that of its day. */
export const dayInMonth = (time: number): string => String(new Date(time).getUTCDate());
export const quarterInDay = (time: number): string => String(Math.floor((time % DAY_MS) / QUARTER_MS));
