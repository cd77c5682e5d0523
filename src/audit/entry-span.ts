// Finds the span of the log in which the entries lie that a query asks for, so that no index is walked in vain.
import { audit } from '../../projections/audit/audit';
import { auditHours } from '../../projections/audit/audit-hours';
import { padded } from '../read/time-index.vocabulary';
import type { Operators } from '../read/document-store';
import type { Freshness, ReadModels } from '../read/read-models';
import { hourOf } from './audit-entry.vocabulary';
import { entryIdOf, isByPosition, isUpwards, type EntryQuery } from './entry-filter';

interface Span {
  /** Absent: from the beginning of the log. */
  readonly first?: string;
  readonly last: string;
}

/** Bounds that sort before and after every id. */
const NONE_BEFORE = '';
const NONE_AFTER = '~';
/** The last time whose hour has a name that sorts: years of five digits are written otherwise. */
const LATEST = Date.UTC(10_000, 0) - 1;

export class EntrySpans {
  constructor(private readonly readModels: ReadModels) {}

  async idsOf(query: EntryQuery, fresh: Freshness): Promise<Operators> {
    const { first, last } = await this.spanOf(query, fresh);
    // In another order than that of the log the store's own cursor says where a page begins.
    const after = query.after !== undefined && isByPosition(query) ? entryIdOf(query.after) : undefined;
    // One bound at either end: of two bounds, a store may seek by the wider one.
    if (after !== undefined && isUpwards(query))
      return { ...(first !== undefined && first > after ? { $gte: first } : { $gt: after }), $lte: last };
    return {
      ...(first !== undefined && { $gte: first }),
      ...(after !== undefined && after <= last ? { $lt: after } : { $lte: last }),
    };
  }

  /** Holds all entries of the time asked for, and mostly others, too: clocks differ, and hours are long. */
  private async spanOf(query: EntryQuery, fresh: Freshness): Promise<Span> {
    const { from, to } = query;
    // An entry may be there before an earlier one: whoever saw it, and asked for what follows, would miss the earlier.
    const whole = await this.readModels.wholeUpTo(audit, fresh);
    if (!isByPosition(query) || (from === undefined && to === undefined)) return { last: padded(whole) };
    const known = await this.readModels.wholeUpTo(auditHours, fresh);
    const upTo = padded(whole < known ? whole : known);
    const [first, last] = await Promise.all([
      from === undefined ? undefined : this.firstSince(hourAt(from)),
      to === undefined ? upTo : this.lastUntil(hourAt(to)),
    ]);
    return { ...(first !== undefined && { first }), last: last < upTo ? last : upTo };
  }

  private async firstSince(hour: string): Promise<string> {
    const earliest = { filter: { id: { $gte: hour } }, sort: ['first'], limit: 1 };
    return (await this.readModels.find(auditHours, earliest, { asItIs: true })).docs[0]?.first ?? NONE_AFTER;
  }

  private async lastUntil(hour: string): Promise<string> {
    const latest = { filter: { id: { $lte: hour } }, sort: ['-last'], limit: 1 };
    return (await this.readModels.find(auditHours, latest, { asItIs: true })).docs[0]?.last ?? NONE_BEFORE;
  }
}

const hourAt = (time: string): string => hourOf(new Date(Math.min(Date.parse(time), LATEST)).toISOString());
