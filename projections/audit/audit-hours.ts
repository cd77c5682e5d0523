// For each hour, the positions between which its audit entries lie: the log is ordered by position, and searched by
// time.
import type { Doc } from '../../src/read/document-store';
import { onEntries } from './audit';
import type { AuditedEvents } from './audit-rows';
import type { Projection } from '../projection';
import { padded } from '../../src/read/time-index.vocabulary';

export interface AuditHour extends Doc {
  /** Ids of the first and the last entry of the hour. */
  readonly first: string;
  readonly last: string;
}

/** The id of the hour in which an ISO time falls. */
export const hourOf = (time: string): string => time.slice(0, 'YYYY-MM-DDTHH'.length);

export const auditHours: Projection<AuditHour, AuditedEvents> = {
  name: 'audit-hours',
  version: 1,
  indexes: [['first'], ['last']],
  on: onEntries(({ meta, position }) => ({
    id: hourOf(meta.at),
    change: (old) => ({ first: old?.first ?? padded(position), last: padded(position) }),
  })),
};
