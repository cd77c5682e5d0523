// Counts what a cause did beside changing records and their links: it is told, and not undone.
import type { AuditEntry } from '../../../projections/audit/audit';
import type { StoredEvent } from '../../eventsourcing/event';
import type { NotUndone } from '../restore.events';

/** What ends records, or makes two one; definitions, settings, and who may do what. What jobs tell of themselves is none. */
const TOLD =
  /^record\.(merged|erasure|erased|purged)|^(property|propertygroup|pipeline|schema|associationtype|account|user|role|team|apikey|webhook)\./;

export class NotUndoneCounter {
  private readonly kinds = new Map<string, NotUndone>();

  count({ type }: StoredEvent, entry: AuditEntry | undefined): void {
    if (!entry || !TOLD.test(type)) return;
    const { category, subCategory, action } = entry;
    const key = JSON.stringify([category, subCategory, action]);
    const count = (this.kinds.get(key)?.count ?? 0) + 1;
    this.kinds.set(key, { category, subCategory, action, count });
  }

  /** By category, sub-category and action: as many as the vocabulary has, however many acts there were. */
  counts(): NotUndone[] {
    return [...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
  }
}
