// For each hour, the positions between which its audit entries lie: the log is ordered by position, and searched by
// time.
import { hourOf } from '../../src/audit/audit-entry.vocabulary';
import { auditEventOf, type AuditedEvents } from '../../src/audit/audit-rows.vocabulary';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Projection } from '../projection';
import { onEntries } from './audit';

export interface AuditHour extends Doc {
  /** Ids of the first and the last entry of the hour. */
  readonly first: string;
  readonly last: string;
}

export const auditHours: Projection<AuditHour, AuditedEvents> = {
  name: 'audit-hours',
  version: 1,
  indexes: [['first'], ['last']],
  on: onEntries((event) => ({
    id: hourOf(auditEventOf(event)!.reported?.occurredAt ?? event.meta.at),
    change: (old) => ({ first: old?.first ?? padded(event.position), last: padded(event.position) }),
  })),
};
