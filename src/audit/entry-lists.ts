// Pages of lists of entries, of whatever shape: where a page begins, and where the one after it does.
import { audit, type AuditEntry } from '../../projections/audit/audit';
import { cursorAfter, sortKeys } from '../read/filters/cursor';
import type { Filter, Found } from '../read/document-store';
import type { Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { entryIdOf, entrySort, isByPosition, type EntryQuery } from './entry-filter';
import type { EntrySpans } from './entry-span';
import { allOf } from './query/query-filter';

export class EntryLists {
  constructor(
    private readonly readModels: ReadModels,
    private readonly spans: EntrySpans,
  ) {}

  /**
   * The page that a query asks for, of the entries that a filter finds. Refuses with `cursor-invalid` an `after` that is
   * none.
   */
  async page(filter: Filter, asked: EntryQuery, fresh: Freshness): Promise<Found<AuditEntry>> {
    const id = await this.spans.idsOf(asked, fresh);
    const wanted = { filter: allOf([filter, { id }]), sort: entrySort(asked), limit: asked.limit };
    const after = isByPosition(asked) ? undefined : await this.cursorOf(asked);
    const beyond = after !== undefined && { after };
    const { docs, next } = await this.readModels.find(audit, { ...wanted, ...beyond }, { asItIs: true });
    // By position a page begins after an entry's id, so that whoever polls goes on after the last entry of all.
    return { docs, ...(next !== undefined && { next: isByPosition(asked) ? docs.at(-1)!.id : next }) };
  }

  /** Whether there is an entry that a filter finds. */
  async has(filter: Filter): Promise<boolean> {
    return (await this.readModels.find(audit, { filter, limit: 1 }, { asItIs: true })).docs.length > 0;
  }

  /** Where a page begins by time: after that of a page before, or after an entry. */
  private async cursorOf({ after, sort }: EntryQuery): Promise<string | undefined> {
    const id = after === undefined ? undefined : entryIdOf(after);
    if (id === undefined) return after;
    const entry = await this.readModels.get(audit, id, { asItIs: true });
    if (!entry) throw new Refusal('cursor-invalid');
    return cursorAfter(entry, sortKeys(entrySort({ sort })));
  }
}
