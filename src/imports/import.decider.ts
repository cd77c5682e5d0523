// Decisions on one import: request it, start it, cancel it, end it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import type { KeptList } from '../files/kept-list';
import { Refusal } from '../refusals';
import type { ImportEvents } from './import.events';
import { importedNone, type ImportCounters } from './import-counters.vocabulary';

export type RequestedImport = ImportEvents['import.requested.v1'];

interface Pending {
  readonly status: 'queued' | 'running' | 'cancelling';
  readonly importId: string;
  readonly dryRun?: true;
}

export type Import =
  | { readonly status: 'none' }
  | Pending
  /** Completed, failed or cancelled. */
  | { readonly status: 'ended'; readonly errors?: KeptList };

export const noCounters: ImportCounters = {
  totalRows: 0,
  createdObjects: 0,
  updatedObjects: 0,
  unchangedObjects: 0,
  errors: 0,
};

export const importDecider: Decider<Import, ImportEvents> = {
  initial: { status: 'none' },
  evolve: {
    'import.requested.v1': (_, { importId, dryRun }) => ({
      ...{ status: 'queued', importId },
      ...(dryRun && { dryRun }),
    }),
    'import.started.v1': (state, { importId }) => ({ ...state, status: 'running', importId }),
    'import.cancel-requested.v1': (state, { importId }) => ({ ...state, status: 'cancelling', importId }),
    'import.completed.v1': (_, { errors }) => ({ status: 'ended', ...(errors && { errors }) }),
    'import.failed.v1': (_, { errors }) => ({ status: 'ended', ...(errors && { errors }) }),
    'import.cancelled.v1': (_, { errors }) => ({ status: 'ended', ...(errors && { errors }) }),
    'import.downloaded.v1': (state) => state,
  },
};

export const importStream = (importId: string): string => `import-${importId}`;

const event = eventsOf<ImportEvents>();
type Decided = EventOf<ImportEvents>[];

export const requestImport = (state: Import, requested: RequestedImport): Decided =>
  state.status === 'none' ? [event('import.requested.v1', requested)] : [];

export const startImport = (state: Import): Decided =>
  state.status === 'queued' ? [event('import.started.v1', { importId: state.importId })] : [];

/** A queued import ends at once; a running one stops as soon as its job reads of it. */
export function cancelImport(state: Import): Decided {
  switch (state.status) {
    case 'none':
      throw new Refusal('import-unknown');
    case 'ended':
      throw new Refusal('import-ended');
    case 'cancelling':
      return [];
    case 'running':
      return [event('import.cancel-requested.v1', { importId: state.importId })];
    case 'queued':
      return [event('import.cancelled.v1', { ...endOf(state), counters: noCounters })];
  }
}

const endOf = ({ importId, dryRun }: Pending) => ({ importId, ...(dryRun && { dryRun }) });

export const downloadUpload = (downloaded: ImportEvents['import.downloaded.v1']): Decided => [
  event('import.downloaded.v1', downloaded),
];

export type Ending = 'completed' | 'cancelled' | { readonly failed: string };

/** How an import ends whose rows are all done: one that has imported none of them has failed. */
export const endingOf = (counters: ImportCounters): Ending =>
  importedNone(counters)
    ? { failed: `None of the ${counters.totalRows} rows was imported: the list of errors says why` }
    : 'completed';

export function endImport(
  state: Import,
  ending: Ending,
  { counters, errors }: { readonly counters: ImportCounters; readonly errors?: KeptList },
): Decided {
  if (state.status === 'none' || state.status === 'ended') return [];
  const end = { ...endOf(state), counters, ...(errors && { errors }) };
  if (ending === 'completed') return [event('import.completed.v1', end)];
  if (ending === 'cancelled') return [event('import.cancelled.v1', end)];
  return [event('import.failed.v1', { ...end, reason: ending.failed })];
}
