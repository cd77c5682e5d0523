// Decisions on one export: request it, start it (again after a crash), complete it, fail it, cancel it, download it,
// expire it, withdraw it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { filePath, type StoredFiles } from '../jobs/stored-files';
import { Refusal } from '../refusals';
import type { ExportEvents } from './export.events';

type ExportEvent = EventOf<ExportEvents>;
const ev = eventsOf<ExportEvents>();

export const exportStream = (exportId: string): string => `export-${exportId}`;

/** Milliseconds for which the file of an export can be downloaded. */
export const FILE_KEPT_MS = 30 * 24 * 3_600_000;

export interface ExportFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO time. */
  readonly expiresAt: string;
}

type Known = {
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly exportId: string;
  readonly objectType: string;
  /** The number of the last start; 0 before the first one. */
  readonly attempt: number;
  /** Absent before completion, after expiry and after withdrawal. */
  readonly file?: ExportFile;
  readonly withdrawn?: true;
  /** Position of the last start. */
  readonly startedAt?: bigint;
};
export type Export = { readonly status: 'none' } | Known;

const moved = (state: Export, next: Partial<Known>): Export =>
  state.status === 'none' ? state : { ...state, ...next };

function withoutFile(state: Export): Export {
  if (state.status === 'none') return state;
  const { file: _, ...rest } = state;
  return rest;
}

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
    'export.completed.v1': (state, { file, bytes, sha256, fileExpiresAt }) =>
      moved(state, { status: 'completed', file: { path: file, bytes, sha256, expiresAt: fileExpiresAt } }),
    'export.failed.v1': (state) => moved(state, { status: 'failed' }),
    'export.cancelled.v1': (state) => moved(state, { status: 'cancelled' }),
    'export.file-expired.v1': withoutFile,
    'export.withdrawn.v1': (state) =>
      state.status === 'running'
        ? { ...state, status: 'queued' }
        : moved(withoutFile(state), { withdrawn: true }),
    'export.downloaded.v1': (state) => state,
  },
};

const known = (state: Export): Known => {
  if (state.status === 'none') throw new Refusal('export-unknown');
  return state;
};

const pending = ({ status }: Known): boolean => status === 'queued' || status === 'running';

export const requestExport = (
  state: Export,
  request: ExportEvents['export.requested.v1'],
): readonly ExportEvent[] => (state.status === 'none' ? [ev('export.requested.v1', request)] : []);

/** Starts the next attempt; no event where the export has been cancelled or has ended meanwhile. */
export const startExport = (state: Export): readonly ExportEvent[] => {
  const { exportId, attempt } = known(state);
  return pending(known(state)) ? [ev('export.started.v1', { exportId, attempt: attempt + 1 })] : [];
};

/** Whether an attempt may still tell its result: not where a later attempt has started or the export has ended. */
const current = (state: Export, attempt: number): boolean =>
  state.status === 'running' && state.attempt === attempt;

export const completeExport = (
  state: Export,
  result: ExportEvents['export.completed.v1'],
): readonly ExportEvent[] => (current(state, result.attempt) ? [ev('export.completed.v1', result)] : []);

/** Fails the export: whatever its attempt, unless one is given. */
export const failExport = (state: Export, reason: string, attempt?: number): readonly ExportEvent[] => {
  const found = known(state);
  const fails = attempt === undefined ? pending(found) : current(state, attempt);
  return fails ? [ev('export.failed.v1', { exportId: found.exportId, attempt: found.attempt, reason })] : [];
};

export const cancelExport = (state: Export): readonly ExportEvent[] => {
  const found = known(state);
  if (found.status === 'cancelled') return [];
  if (!pending(found)) throw new Refusal('export-ended');
  return [ev('export.cancelled.v1', { exportId: found.exportId })];
};

/** The file to send. Refuses with `export-file-none`, `export-withdrawn`, `export-file-expired`. */
export const fileOf = (state: Export, now: Date): ExportFile => {
  const found = known(state);
  if (found.status !== 'completed') throw new Refusal('export-file-none');
  if (found.withdrawn) throw new Refusal('export-withdrawn');
  if (!found.file || Date.parse(found.file.expiresAt) <= now.getTime())
    throw new Refusal('export-file-expired');
  return found.file;
};

export const downloadExport = (state: Export, userId: string, now: Date): readonly ExportEvent[] => {
  fileOf(state, now);
  return [ev('export.downloaded.v1', { exportId: known(state).exportId, userId })];
};

export const expireFile = (state: Export, now: Date): readonly ExportEvent[] =>
  state.status !== 'none' && state.file && Date.parse(state.file.expiresAt) <= now.getTime()
    ? [ev('export.file-expired.v1', { exportId: state.exportId })]
    : [];

/**
 * Withdraws an export that holds a record which has been erased or waits to be. An attempt that started after position
 * `knownFrom` knows of the erasure, and is left alone.
 */
export const withdrawExport = (state: Export, knownFrom: bigint): readonly ExportEvent[] =>
  state.status !== 'none' &&
  (state.file !== undefined || state.status === 'running') &&
  state.startedAt !== undefined &&
  state.startedAt <= knownFrom
    ? [ev('export.withdrawn.v1', { exportId: state.exportId })]
    : [];

export const exportFiles: StoredFiles<Export, ExportEvents> = {
  folder: 'exports',
  extension: 'csv',
  decider: exportDecider,
  streamOf: exportStream,
  keeps: (state, path) => {
    if (state.status === 'none') return false;
    const { status, exportId, attempt, file } = state;
    return path === file?.path || (status === 'running' && path === filePath(exportFiles, exportId, attempt));
  },
  expire: expireFile,
};
