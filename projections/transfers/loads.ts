// Loads: ZIPs that were brought into the account, or are to be.
import type { Actor, Client } from '../../src/eventsourcing/event';
import type { LoadCounters, LoadEnd, LoadEvents, LoadFile, LoadOptions } from '../../src/loads/load.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface LoadDocument extends Doc {
  readonly status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly fileName: string;
  readonly options: LoadOptions;
  readonly requestedAt: string;
  /** Id of the user. */
  readonly requestedBy: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly cancelRequested?: true;
  /** Final counters; those of a running load are kept in the document store's state. */
  readonly counters?: LoadCounters;
  readonly errors?: NonNullable<LoadEnd['errors']>;
  readonly plan?: NonNullable<LoadEnd['plan']>;
  readonly error?: string;
  /** What carrying the load out needs. */
  readonly job: {
    readonly file: LoadFile;
    readonly actor: Actor;
    readonly correlationId: string;
    readonly commandId: string;
    readonly client: Client;
  };
}

const ended = (
  status: LoadDocument['status'],
  { loadId, counters, errors, plan }: LoadEnd,
  endedAt: string,
) => ({
  id: loadId,
  patch: { status, counters, endedAt, ...(errors && { errors }), ...(plan && { plan }) },
});

export const loads: Projection<LoadDocument, LoadEvents> = {
  name: 'loads',
  version: 1,
  indexes: [['status'], ['requestedAt']],
  on: {
    'backupload.requested.v1': ({ loadId, fileName, file, options }, { meta }) => ({
      id: loadId,
      put: {
        ...{ status: 'QUEUED', fileName, options, requestedAt: meta.at },
        requestedBy: meta.actor.userId ?? meta.actor.id,
        job: {
          ...{ file, actor: meta.actor, correlationId: meta.correlationId, commandId: meta.commandId },
          client: meta.client ?? {},
        },
      },
    }),
    'backupload.started.v1': ({ loadId }, { meta }) => ({
      id: loadId,
      patch: { status: 'RUNNING', startedAt: meta.at },
    }),
    'backupload.cancel-requested.v1': ({ loadId }) => ({ id: loadId, patch: { cancelRequested: true } }),
    'backupload.completed.v1': (data, { meta }) => ended('COMPLETED', data, meta.at),
    'backupload.failed.v1': (data, { meta }) => {
      const { id, patch } = ended('FAILED', data, meta.at);
      return { id, patch: { ...patch, error: data.reason } };
    },
    'backupload.cancelled.v1': (data, { meta }) => ended('CANCELLED', data, meta.at),
  },
};
