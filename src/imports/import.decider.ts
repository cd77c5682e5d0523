// An import, and the account's blocks of record ids that its rows are created under.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { importBlock } from '../eventsourcing/ids';
import { Refusal } from '../refusals';
import type { AccountImportEvents, ImportCounters, ImportEvents } from './import.events';

export type RequestedImport = ImportEvents['import.requested.v1'];

export type Import =
  | { readonly status: 'none' }
  | { readonly status: 'queued' | 'running' | 'cancelling'; readonly importId: string }
  /** Completed, failed or cancelled. */
  | { readonly status: 'ended' };

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
    'import.requested.v1': (_, { importId }) => ({ status: 'queued', importId }),
    'import.started.v1': (_, { importId }) => ({ status: 'running', importId }),
    'import.cancel-requested.v1': (_, { importId }) => ({ status: 'cancelling', importId }),
    'import.completed.v1': () => ({ status: 'ended' }),
    'import.failed.v1': () => ({ status: 'ended' }),
    'import.cancelled.v1': () => ({ status: 'ended' }),
  },
};

export const importStream = (importId: string): string => `import-${importId}`;

const event = eventsOf<ImportEvents>();
type Decided = EventOf<ImportEvents>[];

export const requestImport = (state: Import, requested: RequestedImport): Decided =>
  state.status === 'none' ? [event('import.requested.v1', requested)] : [];

export const startImport = (state: Import): Decided =>
  state.status === 'queued' ? [event('import.started.v1', { importId: state.importId })] : [];

/** One that waits for its turn ends at once; one that runs stops as soon as it hears of it. */
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
      return [event('import.cancelled.v1', { importId: state.importId, counters: noCounters })];
  }
}

export type Ending = 'completed' | 'cancelled' | { readonly failed: string };

export function endImport(state: Import, ending: Ending, counters: ImportCounters): Decided {
  if (state.status === 'none' || state.status === 'ended') return [];
  const { importId } = state;
  if (ending === 'completed') return [event('import.completed.v1', { importId, counters })];
  if (ending === 'cancelled') return [event('import.cancelled.v1', { importId, counters })];
  return [event('import.failed.v1', { importId, reason: ending.failed, counters })];
}

/** Where the next block of record ids may begin. */
export interface ImportBlocks {
  readonly freeFrom: number;
}

export const ACCOUNT_IMPORTS = 'account-imports';
/** Ids of one block are two apart. */
const STEP = 2;

export const importBlocks: Decider<ImportBlocks, AccountImportEvents> = {
  initial: { freeFrom: 0 },
  evolve: {
    'account.import-block-taken.v1': (_, { base, size }) => ({ freeFrom: Number(base) + STEP * size }),
  },
};

export const takeBlock = (
  { freeFrom }: ImportBlocks,
  asked: { readonly importId: string; readonly size: number; readonly at: string },
): EventOf<AccountImportEvents>[] => {
  const base = String(importBlock(freeFrom, Date.parse(asked.at)));
  return [
    eventsOf<AccountImportEvents>()('account.import-block-taken.v1', {
      importId: asked.importId,
      base,
      size: asked.size,
    }),
  ];
};
