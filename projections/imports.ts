// The list of imports. As in HubSpot, each object type that a restore brings back is an entry, too.
import { touching } from '../src/crm/schemas/object-type.vocabulary';
import type { Reach } from '../src/identity/reach.vocabulary';
import type { Actor, Client } from '../src/eventsourcing/event';
import type { ImportCounters } from '../src/imports/import-counters.vocabulary';
import type { ImportEnd, ImportEvents, ImportFile } from '../src/imports/import.events';
import type { Doc } from '../src/read/document-store';
import type { RestoreEvents } from '../src/restores/restore.events';
import type { Projection } from './projection';

/** HubSpot's states of an import. */
export type ImportState = 'STARTED' | 'PROCESSING' | 'DONE' | 'FAILED' | 'CANCELED';

/** What carrying an import out needs; absent on the entry of a restore. */
export interface ImportJob {
  readonly request: unknown;
  readonly files: readonly ImportFile[];
  readonly recordIdBase: string;
  readonly reach?: Reach;
  readonly dryRun?: true;
  /** Who requested the import. */
  readonly actor: Actor;
  readonly correlationId: string;
  readonly commandId: string;
  readonly client: Client;
}

export interface ImportDocument extends Doc {
  readonly name: string;
  /** Plural names. */
  readonly objectTypes: readonly string[];
  /** The same as names of scopes. */
  readonly touches: Readonly<Record<string, true>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly job?: ImportJob;
  /** Absent on the entry of a restore. */
  readonly state?: ImportState;
  readonly cancelRequested?: true;
  /** Final counters; those of a running import are kept in the document store's state. */
  readonly counters?: ImportCounters;
  readonly errors?: NonNullable<ImportEnd['errors']>;
  readonly error?: string;
  /** The restore that the entry belongs to, which has state and counters, and the number of its rows in the plan. */
  readonly restore?: { readonly restoreId: string; readonly rows: number };
}

const ended = (state: ImportState, { importId, counters, errors }: ImportEnd, at: string) => ({
  id: importId,
  patch: { state, counters, updatedAt: at, ...(errors && { errors }) },
});

export const imports: Projection<ImportDocument, ImportEvents & RestoreEvents> = {
  name: 'imports',
  version: 4,
  indexes: [['state'], ['createdAt']],
  on: {
    'import.requested.v1': ({ importId, name, objectTypes, ...job }, { meta }) => ({
      id: importId,
      put: {
        ...{ name, objectTypes, touches: touching(objectTypes) },
        ...{ createdAt: meta.at, updatedAt: meta.at, state: 'STARTED' },
        job: {
          ...job,
          actor: meta.actor,
          correlationId: meta.correlationId,
          commandId: meta.commandId,
          client: meta.client ?? {},
        },
      },
    }),
    'import.started.v1': ({ importId }, { meta }) => ({
      id: importId,
      patch: { state: 'PROCESSING', updatedAt: meta.at },
    }),
    'import.cancel-requested.v1': ({ importId }, { meta }) => ({
      id: importId,
      patch: { cancelRequested: true, updatedAt: meta.at },
    }),
    'import.completed.v1': (data, { meta }) => ended('DONE', data, meta.at),
    'import.failed.v1': (data, { meta }) => {
      const { id, patch } = ended('FAILED', data, meta.at);
      return { id, patch: { ...patch, error: data.reason } };
    },
    'import.cancelled.v1': (data, { meta }) => ended('CANCELED', data, meta.at),
    'restore.requested.v1': ({ restoreId, imports: listed }, { meta }) =>
      listed.map(({ importId, objectType, name, rows }) => ({
        id: importId,
        put: {
          ...{ name, objectTypes: [objectType], touches: touching([objectType]) },
          ...{ createdAt: meta.at, updatedAt: meta.at },
          restore: { restoreId, rows },
        },
      })),
  },
};
