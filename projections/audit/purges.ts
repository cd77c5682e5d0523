// Purges of the audit log: those that run, and what each has removed so far.
import type { Actor } from '../../src/eventsourcing/event';
import type { PurgeEvents } from '../../src/audit/retention/purge.events';
import type { CutOff, RetentionEvents, RowCounts } from '../../src/audit/retention/retention.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface PurgeDocument extends Doc {
  readonly status: 'RUNNING' | 'COMPLETED' | 'STOPPED' | 'FAILED';
  readonly begunAt: string;
  readonly begunBy: Actor;
  /** Of the event that began it; a decimal string. */
  readonly position: string;
  readonly commandId: string;
  readonly cutOffs: readonly CutOff[];
  /** Ids of the holds that it keeps to. */
  readonly holds: readonly string[];
  readonly removed: RowCounts;
  readonly held: number | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
}

const statuses = { completed: 'COMPLETED', stopped: 'STOPPED', failed: 'FAILED' } as const;

export const purges: Projection<PurgeDocument, RetentionEvents & PurgeEvents> = {
  name: 'audit-purges',
  version: 1,
  indexes: [['status', 'begunAt'], ['begunAt']],
  on: {
    'retention.purge-begun.v1': ({ purgeId, cutOffs, holds }, { meta, position }) => ({
      id: purgeId,
      put: {
        ...{ status: 'RUNNING', begunAt: meta.at, begunBy: meta.actor, position: position.toString() },
        ...{
          commandId: meta.commandId,
          cutOffs,
          holds,
          removed: {},
          held: null,
          endedAt: null,
          reason: null,
        },
      },
    }),
    'purge.rows-removed.v1': ({ purgeId, category, rows }) => ({
      id: purgeId,
      change: (old) =>
        old && {
          ...old,
          removed: { ...old.removed, [category]: (old.removed[category] ?? 0) + rows.length },
        },
    }),
    'retention.purge-ended.v1': ({ purgeId, outcome, reason, held }, { meta }) => ({
      id: purgeId,
      patch: { status: statuses[outcome], held, reason, endedAt: meta.at },
    }),
  },
};
