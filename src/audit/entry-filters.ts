// Says which entries a query means, as one filter: for lists, and, by `matching`, for whoever reads entries as they come.
import { Query } from 'mingo';
import type { AuditEntry } from '../../projections/audit/audit';
import type { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Filter } from '../read/document-store';
import type { Freshness } from '../read/read-models';
import { tiers, type Subscription } from '../tiers/features';
import { requireTier } from '../tiers/requirements';
import type { EntryActors } from './entry-actors';
import { entryFilter, type EntryQuery } from './entry-filter';
import { categories, visibleIn } from './taxonomy';

export class EntryFilters {
  constructor(
    private readonly objectTypes: ObjectTypes,
    private readonly actors: EntryActors,
  ) {}

  /**
   * The filter for entries that a query means, of those that the account's tier shows; page and sort are left to the
   * caller. Refuses with `tier-required` a query that names a category which the tier hides.
   */
  async filterOf(asked: EntryQuery, subscription: Subscription, fresh: Freshness): Promise<Filter> {
    requireShown(asked.category ?? [], subscription);
    const visible = visibleIn(subscription.tier).map(({ id }) => id);
    const filter = entryFilter(asked, visible, await this.objectTypes.finder());
    return bothOf(filter, asked.actor && (await this.actors.filterOf(asked.actor, fresh)));
  }
}

/** Whether an entry is one of those that a filter finds. */
export function matching(filter: Filter): (entry: AuditEntry) => boolean {
  const query = new Query(filter);
  return (entry) => query.test({ ...entry });
}

/** Refuses with `tier-required`, naming the lowest tier that shows all, categories that the account's tier hides. */
export function requireShown(ids: readonly string[], subscription: Subscription): void {
  const needed = new Set(categories.filter(({ id }) => ids.includes(id)).map(({ tier }) => tier));
  for (const tier of tiers.toReversed()) if (needed.has(tier)) requireTier(subscription, { tier });
}

/** One filter of two, flat where that can be: an index is chosen by what stands at the top of a filter. */
function bothOf(one: Filter, other: Filter = {}): Filter {
  const meet = Object.keys(other).some((path) => path in one);
  return meet ? { $and: [other], ...one } : { ...one, ...other };
}
