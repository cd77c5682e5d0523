// Between which positions the entries of an hour lie: the log is kept by position, and asked for by time.
import type { Doc } from '../../src/read/document-store';
import { onEntries } from './audit';
import type { AuditedEvents } from './audit-rows';
import type { Projection } from '../projection';
import { padded } from '../time-index';

export interface AuditHour extends Doc {
  /** Ids of the first and the last entry of what was done in the hour. */
  readonly first: string;
  readonly last: string;
}

/** Id of the hour that an ISO time falls into. */
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
