// Counts what a cause did beside changing records and their links: it is told, and not undone.
import type { AuditEntry } from '../../../projections/audit/audit';
import type { StoredEvent } from '../../eventsourcing/event';
import type { NotUndone } from '../restore.events';

/** What ends records, or makes two one. */
const ENDINGS = [
  'record.merged.v1',
  'record.erasure-requested.v1',
  'record.erasure-cancelled.v1',
  'record.erased.v1',
  'record.purged.v1',
];

export class NotUndoneCounter {
  private readonly kinds = new Map<string, NotUndone>();

  count({ type }: StoredEvent, entry: AuditEntry | undefined): void {
    const isUndone = /^(record|association)\./.test(type) && !ENDINGS.includes(type);
    if (isUndone || !entry || entry.category === 'LOGIN') return;
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
