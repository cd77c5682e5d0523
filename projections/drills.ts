// Drills: the to-do list of the job that makes them, and the history of how they went.
import type { DrillEvents, Findings } from '../src/drills/drill.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface DrillDocument extends Doc, Partial<Findings> {
  readonly status: 'PENDING' | 'ENDED' | 'CANCELLED';
  /** Decimal string. */
  readonly position: string;
  readonly all: boolean;
  /** ISO time; null where somebody asked for it. */
  readonly dueAt: string | null;
  readonly requestedAt: string;
  /** Id of the user; null where it was due. */
  readonly requestedBy: string | null;
  /** Null until it has ended. */
  readonly endedAt: string | null;
  readonly ok: boolean | null;
  readonly seconds?: number | null;
  readonly rpoSeconds?: number | null;
}

export const drills: Projection<DrillDocument, DrillEvents> = {
  name: 'drills',
  version: 1,
  indexes: [['status', 'endedAt'], ['requestedAt'], ['all', 'ok', 'endedAt']],
  on: {
    'drill.requested.v1': ({ drillId, position, all, dueAt }, { meta }) => ({
      id: drillId,
      put: {
        ...{ status: 'PENDING', position, all, dueAt },
        ...{ requestedAt: meta.at, requestedBy: meta.actor.userId ?? null, endedAt: null, ok: null },
      },
    }),
    'drill.ended.v1': ({ drillId, ...ending }, { meta }) => ({
      id: drillId,
      patch: { status: 'ENDED', endedAt: meta.at, ...ending },
    }),
    'drill.cancelled.v1': ({ drillId }) => ({ id: drillId, patch: { status: 'CANCELLED' } }),
  },
};
