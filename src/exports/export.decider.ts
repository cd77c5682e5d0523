// Decisions on one export: request it, start it (again after a crash), complete it, fail it, cancel it, download it,
// expire it, withdraw it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import {
  builtFile,
  canFail,
  hasExpired,
  holdsErased,
  isCurrent,
  isItsFile,
  isKnown,
  isOver,
  isPending,
  moved,
  withdrawnFile,
  withoutFile,
  type BuiltFile,
  type FileLife,
  type NoFile,
} from '../jobs/file-life';
import type { StoredFiles } from '../jobs/stored-files';
import { Refusal } from '../refusals';
import type { ExportEvents } from './export.events';

type ExportEvent = EventOf<ExportEvents>;
const ev = eventsOf<ExportEvents>();

export const exportStream = (exportId: string): string => `export-${exportId}`;

/** Milliseconds for which the file of an export can be downloaded. */
export const FILE_KEPT_MS = 30 * 24 * 3_600_000;

interface Known extends FileLife {
  readonly exportId: string;
  readonly objectType: string;
}
export type Export = NoFile | Known;

export const exportDecider: Decider<Export, ExportEvents> = {
  initial: { status: 'none' },
  evolve: {
    'export.requested.v1': (_, { exportId, objectType }) => ({
      status: 'queued',
      exportId,
      objectType,
      attempt: 0,
    }),
    'export.started.v1': (state, { attempt }, { position }) =>
      moved(state, { status: 'running', attempt, startedAt: position }),
    'export.completed.v1': (state, completed) =>
      moved(state, { status: 'completed', file: builtFile(completed) }),
    'export.failed.v1': (state) => moved(state, { status: 'failed' }),
    'export.cancelled.v1': (state) => moved(state, { status: 'cancelled' }),
    'export.file-expired.v1': withoutFile,
    'export.withdrawn.v1': withdrawnFile,
    'export.downloaded.v1': (state) => state,
  },
};

const known = (state: Export): Known => {
  if (state.status === 'none') throw new Refusal('export-unknown');
  return state;
};

export const requestExport = (
  state: Export,
  request: ExportEvents['export.requested.v1'],
): readonly ExportEvent[] => (state.status === 'none' ? [ev('export.requested.v1', request)] : []);

/** Starts the next attempt; no event where the export has been cancelled or has ended meanwhile. */
export const startExport = (state: Export): readonly ExportEvent[] => {
  const { exportId, attempt } = known(state);
  return isPending(known(state)) ? [ev('export.started.v1', { exportId, attempt: attempt + 1 })] : [];
};

export const completeExport = (
  state: Export,
  result: ExportEvents['export.completed.v1'],
): readonly ExportEvent[] => (isCurrent(state, result.attempt) ? [ev('export.completed.v1', result)] : []);

/** Fails the export: whatever its attempt, unless one is given. */
export const failExport = (state: Export, reason: string, attempt?: number): readonly ExportEvent[] => {
  const found = known(state);
  return canFail(found, attempt)
    ? [ev('export.failed.v1', { exportId: found.exportId, attempt: found.attempt, reason })]
    : [];
};

export const cancelExport = (state: Export): readonly ExportEvent[] => {
  const found = known(state);
  if (found.status === 'cancelled') return [];
  if (!isPending(found)) throw new Refusal('export-ended');
  return [ev('export.cancelled.v1', { exportId: found.exportId })];
};

/** The file to send. Refuses with `export-file-none`, `export-withdrawn`, `export-file-expired`. */
export const fileOf = (state: Export, now: Date): BuiltFile => {
  const found = known(state);
  if (found.status !== 'completed') throw new Refusal('export-file-none');
  if (found.withdrawn) throw new Refusal('export-withdrawn');
  if (!found.file || hasExpired(found.file, now)) throw new Refusal('export-file-expired');
  return found.file;
};

export const downloadExport = (state: Export, userId: string, now: Date): readonly ExportEvent[] => {
  fileOf(state, now);
  return [ev('export.downloaded.v1', { exportId: known(state).exportId, userId })];
};

export const expireFile = (state: Export, now: Date): readonly ExportEvent[] =>
  isOver(state, now) ? [ev('export.file-expired.v1', { exportId: state.exportId })] : [];

/**
 * Withdraws an export that holds a record which has been erased or waits to be. An attempt that started after position
 * `knownFrom` knows of the erasure, and is left alone.
 */
export const withdrawExport = (state: Export, knownFrom: bigint): readonly ExportEvent[] =>
  holdsErased(state, knownFrom) ? [ev('export.withdrawn.v1', { exportId: state.exportId })] : [];

export const exportFiles: StoredFiles<Export, ExportEvents> = {
  folder: 'exports',
  extension: 'csv',
  decider: exportDecider,
  streamOf: exportStream,
  keeps: (state, path) => isKnown(state) && isItsFile(exportFiles, state.exportId, state, path),
  expire: expireFile,
};
