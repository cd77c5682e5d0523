// Reads the audit log's counters: what everybody, or some people, did in each of a list of intervals, and who did most.
import { auditCounts, type BlockCounts, type CountSheet } from '../../../projections/audit/audit-counts';
import type { Freshness, ReadModels } from '../../read/read-models';
import { partsBetween } from './blocks';
import {
  blockId,
  DAY_MS,
  endOf,
  QUARTER_MS,
  sheetId,
  startOf,
  type Cell,
  type SheetKind,
} from './counts.vocabulary';

/** Counts of one interval. */
export type Tally = Map<Cell, number>;

/** Sheets of months that are read to find who did most: the fullest of each month. */
const SHEETS = 300;
const LEAST_SHEETS = 10;
/** Of those who may have done most, so many are counted exactly, and at least twice as many as are asked for. */
const CANDIDATES = 30;

const addTo = <K>(sums: Map<K, number>, key: K, count: number): void =>
  void sums.set(key, (sums.get(key) ?? 0) + count);

export interface Top {
  readonly actor: string;
  readonly count: number;
}

export class AuditCounters {
  constructor(private readonly readModels: ReadModels) {}

  /** What everybody did in each interval; `bounds` are quarters of an hour, each the end of one and the begin of the next. */
  async ofAll(bounds: readonly number[], fresh: Freshness): Promise<Tally[]> {
    const parts = intervalsOf(bounds).map(([from, to]) => partsBetween(from, to));
    const ids = [...new Set(parts.flat().map(({ id }) => id))];
    const found = await this.readModels.getMany(auditCounts, ids, fresh);
    return parts.map((ofInterval) => {
      const tally: Tally = new Map();
      for (const { id, sign } of ofInterval)
        for (const [cell, count] of Object.entries((found.get(id) as BlockCounts | undefined)?.counts ?? {}))
          addTo(tally, cell, sign * count);
      return tally;
    });
  }

  /** What some people did, all together, in each interval. */
  async of(userIds: readonly string[], bounds: readonly number[], fresh: Freshness): Promise<Tally[]> {
    const tallies: Tally[] = intervalsOf(bounds).map(() => new Map<Cell, number>());
    const sheets = await this.sheets('user', userIds, bounds, fresh);
    const slotsOf = slotsBy(bounds);
    for (const sheet of sheets)
      for (const [cell, at, count] of slotsOf(sheet)) addTo(tallies[at]!, cell, count);
    return tallies;
  }

  /**
   * Who did most of what is counted, of the people named or, without names, of those whose months are the fullest.
   */
  async topUsers(
    [from, to]: readonly [number, number],
    counts: (cell: Cell) => boolean,
    { among, most }: { readonly among?: readonly string[] | undefined; readonly most: number },
    fresh: Freshness,
  ): Promise<Top[]> {
    const full = among ? [] : await this.fullest('user', from, to, fresh);
    const candidates =
      among ??
      ranked(inDays(full, from, to, counts), Math.max(CANDIDATES, 2 * most)).map(({ actor }) => actor);
    const exact = new Map<string, number>();
    const slotsOf = slotsBy([from, to]);
    for (const sheet of await this.sheets('user', candidates, [from, to], fresh, full))
      for (const [cell, , count] of slotsOf(sheet)) if (counts(cell)) addTo(exact, sheet.actor, count);
    return ranked(exact, most);
  }

  /** From which addresses most came, in the days of UTC that have a part of the time; of some categories, or of all. */
  async topIps(
    [from, to]: readonly [number, number],
    categories: ReadonlySet<string> | undefined,
    most: number,
    fresh: Freshness,
  ): Promise<Top[]> {
    const counts = (name: string) => categories?.has(name) ?? true;
    return ranked(inDays(await this.fullest('ip', from, to, fresh), from, to, counts), most);
  }

  private async fullest(kind: SheetKind, from: number, to: number, fresh: Freshness): Promise<CountSheet[]> {
    const months: string[] = [];
    for (let start = startOf('month', from); start < to; start = endOf('month', start))
      months.push(blockId('month', start));
    const limit = Math.max(Math.floor(SHEETS / months.length), LEAST_SHEETS);
    const pages = months.map((span) =>
      this.readModels.find(auditCounts, { filter: { span, kind }, sort: ['-total'], limit }, fresh),
    );
    return (await Promise.all(pages)).flatMap(({ docs }) => docs as CountSheet[]);
  }

  /**
   * The sheets of some actors that hold each part of the time once: of months for whole days, of days that bounds cut.
   * Those that are known are not read again.
   */
  private async sheets(
    kind: SheetKind,
    actors: readonly string[],
    bounds: readonly number[],
    fresh: Freshness,
    known: readonly CountSheet[] = [],
  ): Promise<CountSheet[]> {
    const spans = new Set<string>();
    for (let day = startOf('day', bounds[0]!); day < bounds.at(-1)!; day += DAY_MS)
      spans.add(isCut(day, bounds) ? blockId('day', day) : blockId('month', startOf('month', day)));
    const ids = [...spans].flatMap((span) => actors.map((actor) => sheetId(kind, span, actor)));
    const read = new Map<string, CountSheet>(known.map((sheet) => [sheet.id, sheet]));
    const others = ids.filter((id) => !read.has(id));
    const found = (await this.readModels.getMany(auditCounts, others, fresh)) as Map<string, CountSheet>;
    return ids.flatMap((id) => read.get(id) ?? found.get(id) ?? []);
  }
}

/** How many sheets are read to tell what people did. */
export const sheetsNeeded = (people: number, bounds: readonly number[]): number => {
  let cut = 0;
  for (let day = startOf('day', bounds[0]!); day < bounds.at(-1)!; day += DAY_MS)
    cut += Number(isCut(day, bounds));
  return people * cut;
};

const intervalsOf = (bounds: readonly number[]): (readonly [number, number])[] =>
  bounds.slice(1).map((to, at) => [bounds[at]!, to] as const);

/** The interval in which a time lies; -1 where it is in none. */
function intervalAt(bounds: readonly number[], time: number): number {
  let low = 0;
  for (let high = bounds.length; low < high;) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low === bounds.length ? -1 : low - 1;
}

/** Whether a day of UTC lies in more than one interval, or in part in none. */
const isCut = (day: number, bounds: readonly number[]): boolean => {
  const at = intervalAt(bounds, day);
  return at < 0 || at !== intervalAt(bounds, day + DAY_MS - QUARTER_MS);
};

/**
 * Tells what a sheet counts, and in which interval: of the sheet of a month, what days that no bound cuts have.
 */
function slotsBy(bounds: readonly number[]) {
  const spans = new Map<string, (slot: string) => number>();
  const placesOf = (span: string) => {
    const isMonth = span.startsWith('month/');
    const start = Date.parse(span.slice(span.indexOf('/') + 1));
    const places = new Map<string, number>();
    return (slot: string): number => {
      const known = places.get(slot);
      if (known !== undefined) return known;
      const time = isMonth ? start + (Number(slot) - 1) * DAY_MS : start + Number(slot) * QUARTER_MS;
      const at = isMonth && isCut(time, bounds) ? -1 : intervalAt(bounds, time);
      places.set(slot, at);
      return at;
    };
  };
  return function* ({
    span,
    cells,
  }: CountSheet): Generator<readonly [Cell, at: number, count: number], void> {
    const placeOf = spans.get(span) ?? placesOf(span);
    spans.set(span, placeOf);
    for (const [cell, slots] of Object.entries(cells))
      for (const slot in slots) {
        const at = placeOf(slot);
        if (at >= 0) yield [cell, at, slots[slot]!];
      }
  };
}

/** What sheets of months count in the days that have a part of the time, by actor. */
function inDays(sheets: readonly CountSheet[], from: number, to: number, counts: (cell: Cell) => boolean) {
  const counted = new Map<string, number>();
  for (const { span, actor, cells } of sheets) {
    const month = Date.parse(span.slice('month/'.length));
    const dayOf = (time: number) => Math.floor((time - month) / DAY_MS) + 1;
    const [first, last] = [dayOf(from), dayOf(to - 1)];
    for (const [cell, slots] of Object.entries(cells)) {
      if (!counts(cell)) continue;
      for (const day in slots)
        if (Number(day) >= first && Number(day) <= last) addTo(counted, actor, slots[day]!);
    }
  }
  return counted;
}

/** The greatest counts first, none of nothing; equal ones by name. */
const ranked = (counted: ReadonlyMap<string, number>, most: number): Top[] =>
  [...counted]
    .filter(([, count]) => count > 0)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([actor, count]) => ({ actor, count }));
