// Says which entries a legal hold covers, whatever tier the account has by now.
import type { AuditEntry } from '../../../projections/audit/audit';
import type { Filter } from '../../read/document-store';
import { matcher } from '../../read/filters/matcher';
import { addOns } from '../../tiers/features';
import { entryQuery } from '../entry-filter';
import type { EntryFilters } from '../entry-filters';
import type { Hold } from './retention.decider';
import type { HoldScope } from './retention.events';

const EVERYTHING = { tier: 'ENTERPRISE', addOns } as const;

export class HoldFilters {
  constructor(private readonly filters: EntryFilters) {}

  /**
   * The filter over entries. What no user did is covered, too, unless a query says otherwise. Refuses a query that means
   * nothing, as where it names a team that there is no more.
   */
  async filterOf(scope: HoldScope): Promise<Filter> {
    if ('userId' in scope) return { 'actor.userId': scope.userId };
    if ('target' in scope) return { 'target.type': scope.target.type, 'target.id': scope.target.id };
    const asked = entryQuery.parse({ includeNonUser: 'true', ...scope.query });
    return this.filters.filterOf(asked, EVERYTHING, {});
  }

  /** Whether one of the holds covers an entry. */
  async holding(holds: readonly Pick<Hold, 'scope'>[]): Promise<(entry: AuditEntry) => boolean> {
    const tests = await Promise.all(holds.map(async ({ scope }) => matcher(await this.filterOf(scope))));
    return (entry) => tests.some((test) => test(entry));
  }
}
