// What the audit log says of how long its rows are kept, of legal holds, and of purges.
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, made, type NoRow } from '../audit-wording.vocabulary';
import type { PurgeEvents } from '../retention/purge.events';
import type { RetentionEvents } from '../retention/retention.events';

export type AllRetentionEvents = RetentionEvents & PurgeEvents;

type Rows = {
  readonly [K in keyof AllRetentionEvents]: ((data: AllRetentionEvents[K]) => Described) | NoRow;
};

const row = (
  action: string,
  summary: string,
  target: Described['target'],
  changes?: Described['changes'],
): Described => ({
  ...{ category: 'SETTINGS', subCategory: 'RETENTION', action, summary },
  ...(target && { target }),
  ...(changes && { changes }),
});

const holdOf = ({ holdId, name }: { holdId: string; name: string }) => ({
  ...{ type: 'legal-holds', id: holdId, label: name },
});
const purgeOf = (id: string) => ({ type: 'audit-purges', id });

export const retentionRows: Rows = {
  'retention.policies-changed.v1': ({ changes }) =>
    row(
      'UPDATE',
      'Changed how long rows of the audit log are kept',
      { type: 'retention', id: 'policies' },
      changes,
    ),
  'retention.hold-placed.v1': (e) =>
    row('ENABLE', 'Placed a legal hold', holdOf(e), made({ name: e.name, reason: e.reason })),
  'retention.hold-released.v1': (e) => row('DISABLE', 'Released a legal hold', holdOf(e)),
  'retention.purge-begun.v1': ({ purgeId, cutOffs, holds }) =>
    row('RUN', 'Began to purge the audit log', purgeOf(purgeId), made({ cutOffs, holds })),
  'retention.purge-ended.v1': ({ purgeId, outcome, reason, removed, held }) =>
    row('PURGE', `Purged the audit log: ${outcome}`, purgeOf(purgeId), made({ removed, held, reason })),
  'purge.rows-removed.v1': bookkeeping('a slice of a purge; the purge has its rows'),
  'purge.closed.v1': bookkeeping('the end of the purge has its row, and so has what stopped it'),
};
