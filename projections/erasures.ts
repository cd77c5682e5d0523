// Erasures of records: those that wait for their cooling-off to end, and those whose record is erased and whose stored
// copies are still to be removed.
import type { RecordEvents } from '../src/crm/records/record.events';
import type { ErasureEvents } from '../src/erasures/erasure.events';
import type { Actor } from '../src/eventsourcing/event';
import type { Doc } from '../src/read/document-store';
import { recordDocumentId } from '../src/crm/records/record.vocabulary';
import type { Projection } from './projection';

export interface ErasureDocument extends Doc {
  readonly objectType: string;
  readonly recordId: string;
  /**
   * WAITING until it is due; RUNNING while what was stored with the record's values is removed; FAILED where that was
   * given up.
   */
  readonly status: 'WAITING' | 'CANCELLED' | 'RUNNING' | 'FAILED' | 'COMPLETED';
  readonly requestedAt: string;
  readonly requestedBy: Actor;
  /** ISO time; null where there was no cooling-off. */
  readonly dueAt: string | null;
  /** Id of the survivor that this record was merged into, where the erasure is that of the survivor. */
  readonly of: string | null;
  /** ISO time of the last change of the status. */
  readonly updatedAt: string;
  /** Position of the last event that requested the erasure or carried it out, a decimal string. */
  readonly position: string;
  readonly commandId: string;
  /** Ids of the legal holds that were met when it was due; absent where none was. */
  readonly heldBy?: readonly string[];
}

export const erasures: Projection<ErasureDocument, RecordEvents & ErasureEvents> = {
  name: 'erasures',
  version: 3,
  indexes: [['status', 'dueAt'], ['requestedAt']],
  on: {
    'record.erasure-requested.v1': ({ objectType, recordId, dueAt, of = null }, { position, meta }) => ({
      id: recordDocumentId(objectType, recordId),
      put: {
        ...{ objectType, recordId, status: 'WAITING', dueAt, of },
        ...{ requestedAt: meta.at, requestedBy: meta.actor, updatedAt: meta.at },
        ...{ position: position.toString(), commandId: meta.commandId },
      },
    }),
    'record.erasure-cancelled.v1': ({ objectType, recordId }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      patch: { status: 'CANCELLED', updatedAt: meta.at },
    }),
    'record.erased.v1': ({ objectType, recordId }, { position, meta }) => ({
      id: recordDocumentId(objectType, recordId),
      change: (old) => {
        const waited = old?.status === 'WAITING' ? old : undefined;
        return {
          ...{ id: recordDocumentId(objectType, recordId), objectType, recordId, status: 'RUNNING' },
          requestedAt: waited?.requestedAt ?? meta.at,
          requestedBy: waited?.requestedBy ?? meta.actor,
          ...{ dueAt: waited?.dueAt ?? null, of: waited?.of ?? null, updatedAt: meta.at },
          ...{ position: position.toString(), commandId: meta.commandId },
        };
      },
    }),
    'erasure.held.v1': ({ objectType, recordId, holds }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      patch: { heldBy: holds, updatedAt: meta.at },
    }),
    'erasure.completed.v1': ({ objectType, recordId }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      patch: { status: 'COMPLETED', updatedAt: meta.at },
    }),
    'erasure.failed.v1': ({ objectType, recordId }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      patch: { status: 'FAILED', updatedAt: meta.at },
    }),
    'erasure.reopened.v1': ({ objectType, recordId }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      patch: { status: 'RUNNING', updatedAt: meta.at },
    }),
  },
};
