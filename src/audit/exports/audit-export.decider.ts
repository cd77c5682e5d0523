// Decisions on one export of the audit log: request it, start it (again after a crash), complete it, fail it, cancel it,
// download it, link it, expire it, withdraw it.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
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
} from '../../jobs/file-life';
import type { StoredFiles } from '../../jobs/stored-files';
import { Refusal } from '../../refusals';
import type { AuditExportEvents, AuditExportRequest } from './audit-export.events';

type AuditExportEvent = EventOf<AuditExportEvents>;
const ev = eventsOf<AuditExportEvents>();

export const auditExportStream = (exportId: string): string => `auditexport-${exportId}`;

/** Milliseconds for which the file can be downloaded. */
export const FILE_KEPT_MS = 30 * 24 * 3_600_000;

interface Known extends FileLife, Pick<AuditExportRequest, 'kind' | 'format' | 'viewer' | 'recipients'> {
  readonly exportId: string;
  /** Id of the user who asked; undefined where nobody did. */
  readonly requestedBy: string | undefined;
}
export type AuditExport = NoFile | Known;

export const auditExport: Decider<AuditExport, AuditExportEvents> = {
  initial: { status: 'none' },
  evolve: {
    'auditexport.requested.v1': (_, { exportId, kind, format, viewer, recipients }, { meta }) => ({
      ...{ status: 'queued', exportId, kind, format, viewer, recipients, attempt: 0 },
      requestedBy: meta.actor.userId ?? (meta.actor.type === 'user' ? meta.actor.id : undefined),
    }),
    'auditexport.started.v1': (state, { attempt }, { position }) =>
      moved(state, { status: 'running', attempt, startedAt: position }),
    'auditexport.completed.v1': (state, completed) =>
      moved(state, { status: 'completed', file: builtFile(completed) }),
    'auditexport.failed.v1': (state) => moved(state, { status: 'failed' }),
    'auditexport.cancelled.v1': (state) => moved(state, { status: 'cancelled' }),
    'auditexport.file-expired.v1': withoutFile,
    'auditexport.withdrawn.v1': withdrawnFile,
    'auditexport.downloaded.v1': (state) => state,
    'auditexport.link-made.v1': (state) => state,
  },
};

const known = (state: AuditExport): Known => {
  if (state.status === 'none') throw new Refusal('audit-export-unknown');
  return state;
};

export const requestAuditExport = (
  state: AuditExport,
  request: AuditExportEvents['auditexport.requested.v1'],
): readonly AuditExportEvent[] => (state.status === 'none' ? [ev('auditexport.requested.v1', request)] : []);

/** Starts the next attempt; no event where the export has been cancelled or has ended meanwhile. */
export const startAuditExport = (state: AuditExport): readonly AuditExportEvent[] => {
  const { exportId, attempt } = known(state);
  return isPending(known(state)) ? [ev('auditexport.started.v1', { exportId, attempt: attempt + 1 })] : [];
};

type Result = Omit<AuditExportEvents['auditexport.completed.v1'], 'recipients'>;

/** No event where a later attempt has started or the export has ended. */
export const completeAuditExport = (state: AuditExport, result: Result): readonly AuditExportEvent[] =>
  isKnown(state) && isCurrent(state, result.attempt)
    ? [ev('auditexport.completed.v1', { ...result, recipients: state.recipients })]
    : [];

/** Fails the export: whatever its attempt, unless one is given. */
export const failAuditExport = (
  state: AuditExport,
  reason: string,
  attempt?: number,
): readonly AuditExportEvent[] => {
  const found = known(state);
  const { exportId, recipients } = found;
  return canFail(found, attempt)
    ? [ev('auditexport.failed.v1', { exportId, attempt: found.attempt, reason, recipients })]
    : [];
};

export const cancelAuditExport = (state: AuditExport): readonly AuditExportEvent[] => {
  const found = known(state);
  if (found.status === 'cancelled') return [];
  if (!isPending(found)) throw new Refusal('export-ended');
  return [ev('auditexport.cancelled.v1', { exportId: found.exportId })];
};

/** The file to send. Refuses with `export-file-none`, `export-withdrawn`, `export-file-expired`. */
export const auditFileOf = (state: AuditExport, now: Date): BuiltFile => {
  const found = known(state);
  if (found.status !== 'completed') throw new Refusal('export-file-none');
  if (found.withdrawn) throw new Refusal('export-withdrawn');
  if (!found.file || hasExpired(found.file, now)) throw new Refusal('export-file-expired');
  return found.file;
};

export const downloadAuditExport = (
  state: AuditExport,
  userId: string,
  now: Date,
): readonly AuditExportEvent[] => {
  auditFileOf(state, now);
  return [ev('auditexport.downloaded.v1', { exportId: known(state).exportId, userId })];
};

export const linkAuditExport = (
  state: AuditExport,
  link: { readonly linkId: string; readonly expiresAt: string },
  now: Date,
): readonly AuditExportEvent[] => {
  auditFileOf(state, now);
  return [ev('auditexport.link-made.v1', { exportId: known(state).exportId, ...link })];
};

const expireFile = (state: AuditExport, now: Date): readonly AuditExportEvent[] =>
  isOver(state, now) ? [ev('auditexport.file-expired.v1', { exportId: state.exportId })] : [];

/**
 * Withdraws an export that tells of a record which has been erased. An attempt that started after position `knownFrom`
 * knows of the erasure, and is left alone.
 */
export const withdrawAuditExport = (state: AuditExport, knownFrom: bigint): readonly AuditExportEvent[] =>
  holdsErased(state, knownFrom) ? [ev('auditexport.withdrawn.v1', { exportId: state.exportId })] : [];

/** Files of both formats end alike: how one is called for those who fetch it, its export says. */
export const auditExportFiles: StoredFiles<AuditExport, AuditExportEvents> = {
  folder: 'audit-exports',
  extension: 'txt',
  decider: auditExport,
  streamOf: auditExportStream,
  keeps: (state, path) => isKnown(state) && isItsFile(auditExportFiles, state.exportId, state, path),
  expire: expireFile,
};
