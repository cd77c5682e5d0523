// Queries of the analysis: the totals of a day beside those of a week before, and charts over time. All from counters.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { teamMembers } from '../../../projections/team-members';
import { users } from '../../../projections/users';
import type { Freshness } from '../../read/read-models';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import type { ChartAsked } from './analysis.bodies';
import { AuditCounters, sheetsNeeded, type Tally, type Top } from './audit-counters';
import { byCell, type ChartName, charts, leadingTo, type Line, type RowFilter, totals } from './charts';
import { partsOf, type Cell } from './counts.vocabulary';
import { boundsOf, dateAt, dayOf, type Interval, TooManyIntervals } from './intervals';

/** What leads to the rows that were counted: parameters of `GET /audit/v1/entries`, and the address with them. */
interface Leading {
  readonly filter: RowFilter;
  readonly link: string;
}

export interface Total extends Leading {
  readonly label: string;
  readonly count: number;
  readonly weekBefore: Leading & { readonly count: number };
}

export interface Summary {
  readonly date: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly totals: Readonly<Record<string, Total>>;
}

export interface Point extends Partial<Leading> {
  readonly from: string;
  /** Exclusive; the filter's `to` is inclusive. */
  readonly to: string;
  readonly count: number;
}

export interface Chart {
  readonly from: string;
  readonly to: string;
  readonly interval: Interval;
  readonly timeZone: string;
  readonly series: readonly {
    readonly name: string;
    readonly label: string;
    readonly count: number;
    readonly points: readonly Point[];
  }[];
  readonly topUsers: readonly (Leading & { userId: string; email?: string; count: number })[];
  /** Left out where only some actions, or some people, are counted: addresses are counted by category. */
  readonly topIps?: readonly (Leading & { ip: string; count: number })[];
}

/** More points than a chart can show, and years that nobody looks at in one. */
const MOST_POINTS = 400;
const MOST_YEARS = 10;
const YEAR_MS = 366 * 24 * 3_600_000;
const MONTH_MS = 30 * 24 * 3_600_000;
const EARLIEST = Date.UTC(2000, 0);
/** Sheets of days that a chart of some people may take: their number by that of days. */
const MOST_SHEETS = 4_000;
const MOST_PEOPLE = 1_000;
const WEEK = 7 * 24 * 3_600_000;
/** Milliseconds that a counted instant may lie ahead: clocks differ. */
const AHEAD_MS = 24 * 3_600_000;

const invalid = (parameter: string, says: string) => {
  const message = `${parameter}: ${says}`;
  return new Refusal('input-invalid', { message, errors: [{ message, in: parameter }] });
};
const isoOf = (time: number): string => new Date(time).toISOString();
const sumOf = (tally: Tally, counts: (cell: Cell) => boolean): number => {
  let sum = 0;
  for (const [cell, count] of tally) if (counts(cell)) sum += count;
  // Blocks are read one after the other: one may have counted what another had not yet.
  return Math.max(sum, 0);
};

export class SummarizeDay extends Query<Summary> {
  constructor(
    readonly asked: { readonly date?: string | undefined; readonly timeZone: string },
    readonly now: Date,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(SummarizeDay)
export class SummarizeDayHandler implements IQueryHandler<SummarizeDay> {
  constructor(private readonly counters: AuditCounters) {}

  async execute({ asked: { date: named, timeZone }, now, fresh }: SummarizeDay): Promise<Summary> {
    const date = named ?? dateAt(now.getTime(), timeZone);
    const earlier = new Date(Date.parse(date) - WEEK).toISOString().slice(0, 10);
    const [day, before] = [dayOf(date, timeZone), dayOf(earlier, timeZone)];
    const [tally] = await this.counters.ofAll(day, fresh);
    const [tallyBefore] = await this.counters.ofAll(before, fresh);
    const told = ({ name, label, filter, counts }: Line): [string, Total] => [
      name,
      {
        ...{ label, count: sumOf(tally!, counts), ...leadingTo(filter, ...day) },
        weekBefore: { count: sumOf(tallyBefore!, counts), ...leadingTo(filter, ...before) },
      },
    ];
    const [from, to] = [isoOf(day[0]), isoOf(day[1])];
    return { date, timeZone, from, to, totals: Object.fromEntries(totals.map(told)) };
  }
}

export class DrawChart extends Query<Chart> {
  constructor(
    readonly name: ChartName,
    readonly asked: ChartAsked,
    readonly now: Date,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(DrawChart)
export class DrawChartHandler implements IQueryHandler<DrawChart> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly counters: AuditCounters,
  ) {}

  async execute({ name, asked, now, fresh }: DrawChart): Promise<Chart> {
    const { interval, timeZone, top } = asked;
    const bounds = boundsAsked(asked, now);
    const span = [bounds[0]!, bounds.at(-1)!] as const;
    const people = await this.people(asked, fresh);
    if (people && sheetsNeeded(people.length, bounds) > MOST_SHEETS)
      throw invalid(
        'from',
        `${people.length} people over so many days are too many to count: choose fewer days`,
      );
    const tallies = people
      ? await this.counters.of(people, bounds, fresh)
      : await this.counters.ofAll(bounds, fresh);
    const isAsked = byCell((cell) => {
      const { category, action } = partsOf(cell);
      return (asked.category?.includes(category) ?? true) && (asked.action?.includes(action) ?? true);
    });
    const lines = charts[name];
    const series = lines
      .map((line) => seriesOf(line, { tallies, bounds, isAsked, filter: filterAsked(asked) }))
      .filter(({ count }) => count > 0);
    const isCounted = byCell((cell) => isAsked(cell) && lines.some(({ counts }) => counts(cell)));
    const ranked = await this.counters.topUsers(span, isCounted, { among: people, most: top }, fresh);
    const all = { ...filterAsked(asked), ...sharedBy(name) };
    const topUsers = await this.named(ranked, (userId) => leadingTo({ ...all, userId }, ...span));
    return {
      ...{ from: isoOf(span[0]), to: isoOf(span[1]), interval, timeZone, series, topUsers },
      ...(people || asked.action ? {} : { topIps: await this.topIps(name, asked, span, all, fresh) }),
    };
  }

  /** The people asked for, of teams all that are in them now; undefined: everybody. */
  private async people({ userId, teamId }: ChartAsked, fresh: Freshness): Promise<string[] | undefined> {
    if (!teamId) return userId && [...new Set(userId)];
    const options = { filter: { teamId: { $in: teamId } }, limit: MOST_PEOPLE + 1 };
    const { docs } = await this.readModels.find(teamMembers, options, fresh);
    if (docs.length > MOST_PEOPLE) throw invalid('teamId', `has more than ${MOST_PEOPLE} people`);
    const members = [...new Set(docs.map((member) => member.userId))];
    return userId ? members.filter((id) => userId.includes(id)) : members;
  }

  private async named(ranked: readonly Top[], leading: (userId: string) => Leading) {
    const found = await this.readModels.getMany(
      users,
      ranked.map(({ actor }) => actor),
    );
    return ranked.map(({ actor: userId, count }) => {
      const email = found.get(userId)?.email;
      return { userId, ...(email !== undefined && { email }), count, ...leading(userId) };
    });
  }

  /** Addresses are counted by days of UTC: the filter of each is of these days. */
  private async topIps(
    name: ChartName,
    { category, top, userId: _ }: ChartAsked,
    [from, to]: readonly [number, number],
    filter: RowFilter,
    fresh: Freshness,
  ) {
    const own = sharedBy(name).category;
    const wanted = own === undefined ? category : (category ?? [own]).filter((one) => one === own);
    const ranked = await this.counters.topIps([from, to], wanted && new Set(wanted), top, fresh);
    const [first, last] = [
      dayOf(isoOf(from).slice(0, 10), 'UTC')[0],
      dayOf(isoOf(to - 1).slice(0, 10), 'UTC')[1],
    ];
    return ranked.map(({ actor: ip, count }) => ({
      ip,
      count,
      ...leadingTo({ ...filter, ip }, first, last),
    }));
  }
}

function boundsAsked({ from, to, interval, timeZone }: ChartAsked, now: Date): number[] {
  const end = to === undefined ? now.getTime() : Date.parse(to);
  const start = from === undefined ? end - MONTH_MS : Date.parse(from);
  if (end > now.getTime() + AHEAD_MS) throw invalid('to', 'lies ahead');
  if (start < EARLIEST) throw invalid('from', 'must not be before 2000');
  if (start > end) throw invalid('to', 'must not be before from');
  if (end - start > MOST_YEARS * YEAR_MS)
    throw invalid('from', `must not be more than ${MOST_YEARS} years back`);
  try {
    return boundsOf(start, end, interval, timeZone, MOST_POINTS);
  } catch (error) {
    if (!(error instanceof TooManyIntervals)) throw error;
    throw invalid(
      'interval',
      `there would be more than ${MOST_POINTS} points: choose a longer one, or less time`,
    );
  }
}

const filterAsked = ({ category, action, userId, teamId }: ChartAsked): RowFilter =>
  Object.fromEntries(
    Object.entries({ category, action, userId, teamId }).flatMap(([name, values]) =>
      values ? [[name, values.join(',')] as const] : [],
    ),
  );

/** The category that all lines of a chart are of. */
const sharedBy = (name: ChartName): RowFilter =>
  name === 'login-trend'
    ? { category: 'LOGIN', subCategory: 'LOGIN_SUCCEEDED,EMPLOYEE_LOGIN,LOGIN_FAILED' }
    : name === 'crm-records'
      ? { category: 'CRM_OBJECT' }
      : {};

interface Drawn {
  readonly tallies: readonly Tally[];
  readonly bounds: readonly number[];
  readonly isAsked: (cell: Cell) => boolean;
  readonly filter: RowFilter;
}

function seriesOf({ name, label, filter, counts }: Line, { tallies, bounds, isAsked, filter: asked }: Drawn) {
  const isOfLine = byCell((cell) => isAsked(cell) && counts(cell));
  const ofPoints = tallies.map((tally) => sumOf(tally, isOfLine));
  const count = ofPoints.reduce((sum, one) => sum + one, 0);
  const pointAt = (at: number): Point => {
    const [from, to] = [bounds[at]!, bounds[at + 1]!];
    const leading = ofPoints[at]! > 0 ? leadingTo({ ...asked, ...filter }, from, to) : {};
    return { from: isoOf(from), to: isoOf(to), count: ofPoints[at]!, ...leading };
  };
  // Lines of which nothing is there are left out.
  return { name, label, count, points: count > 0 ? ofPoints.map((_, at) => pointAt(at)) : [] };
}
