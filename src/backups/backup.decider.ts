// Decisions on one backup: request it, start it (again after a crash), complete it, fail it, cancel it, withdraw it,
// rebuild it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { START } from '../eventsourcing/event-store';
import {
  canFail,
  hasExpired,
  isCurrent,
  isItsFile,
  isKnown,
  isOver,
  isPending,
  moved,
  withoutFile,
  type BuiltFile,
  type FileLife,
  type NoFile,
} from '../jobs/file-life';
import type { StoredFiles } from '../jobs/stored-files';
import { Refusal } from '../refusals';
import type { BackupEvents } from './backup.events';

type BackupEvent = EventOf<BackupEvents>;
const ev = eventsOf<BackupEvents>();

export const backupStream = (backupId: string): string => `backup-${backupId}`;

/** Milliseconds for which the file of a backup can be downloaded. */
export const FILE_KEPT_MS = 14 * 24 * 3_600_000;

/** `bytes` and `sha256` are those of the file as it is stored, which may be encrypted. */
export interface BackupFile extends BuiltFile {
  readonly encrypted: boolean;
  /** ISO time. */
  readonly builtAt: string;
  /** Position of the start that built the file: it holds no record that was erased before. */
  readonly startedAt: bigint;
}

interface Known extends FileLife {
  readonly backupId: string;
  readonly position: string;
  readonly objectTypes: readonly string[] | null;
  /** True once the backup has been completed: it counts for the quota, and can be rebuilt. */
  readonly completed: boolean;
  readonly file?: BackupFile;
  /** Position of the last erasure of one of the backup's records during the last start. */
  readonly erasedAt?: bigint;
}
export type Backup = NoFile | Known;

const startOf = (state: Backup): bigint => ('startedAt' in state ? (state.startedAt ?? START) : START);

export const backup: Decider<Backup, BackupEvents> = {
  initial: { status: 'none' },
  evolve: {
    'backup.requested.v2': (_, { backupId, position, objectTypes }) => ({
      status: 'queued',
      backupId,
      position,
      objectTypes,
      attempt: 0,
      completed: false,
    }),
    'backup.started.v1': (state, { attempt }, { position }) =>
      moved(state, { status: 'running', attempt, startedAt: position }),
    'backup.completed.v2': (state, { file, bytes, sha256, encrypted, fileExpiresAt }, { meta }) =>
      moved(state, {
        status: 'completed',
        completed: true,
        withdrawn: false,
        file: {
          path: file,
          ...(encrypted ? { bytes: encrypted.bytes, sha256: encrypted.sha256 } : { bytes, sha256 }),
          encrypted: encrypted !== null,
          builtAt: meta.at,
          expiresAt: fileExpiresAt,
          startedAt: startOf(state),
        },
      }),
    'backup.failed.v1': (state) => moved(state, { status: 'failed' }),
    // A backup that was completed before stays completed: only its rebuilding was cancelled.
    'backup.cancelled.v1': (state) =>
      moved(state, { status: state.status !== 'none' && state.completed ? 'completed' : 'cancelled' }),
    'backup.rebuild-requested.v1': (state) => moved(state, { status: 'queued' }),
    'backup.file-kept.v1': (state, { fileExpiresAt }) =>
      state.status === 'none' || !state.file
        ? state
        : { ...state, file: { ...state.file, expiresAt: fileExpiresAt } },
    'backup.file-expired.v1': withoutFile,
    'backup.withdrawn.v1': (state) => moved(withoutFile(state), { withdrawn: true }),
    'backup.erasure-met.v1': (state, { erasedAt }) => moved(state, { erasedAt: BigInt(erasedAt) }),
    'backup.downloaded.v1': (state) => state,
    'backup.link-made.v1': (state) => state,
  },
};

const known = (state: Backup): Known => {
  if (state.status === 'none') throw new Refusal('backup-unknown');
  return state;
};

export const requestBackup = (
  state: Backup,
  request: BackupEvents['backup.requested.v2'],
): readonly BackupEvent[] => (state.status === 'none' ? [ev('backup.requested.v2', request)] : []);

/** Starts the next attempt; no event where the backup has been cancelled or has ended meanwhile. */
export const startBackup = (state: Backup): readonly BackupEvent[] => {
  const { backupId, attempt } = known(state);
  return isPending(known(state)) ? [ev('backup.started.v1', { backupId, attempt: attempt + 1 })] : [];
};

/**
 * Whether one of the backup's records has been erased after `lookedTo`, up to which the attempt looked for erasures.
 */
export const isOvertaken = (state: Backup, attempt: number, lookedTo: bigint): boolean =>
  isCurrent(state, attempt) && state.status !== 'none' && (state.erasedAt ?? lookedTo) > lookedTo;

export const completeBackup = (
  state: Backup,
  result: BackupEvents['backup.completed.v2'],
  lookedTo: bigint,
): readonly BackupEvent[] =>
  isCurrent(state, result.attempt) && !isOvertaken(state, result.attempt, lookedTo)
    ? [ev('backup.completed.v2', result)]
    : [];

/**
 * Withdraws the file of a backup that holds a record which was erased at a position, and tells an attempt under way of
 * the erasure. An attempt that started later does not hold the record.
 */
export const withdrawBackup = (state: Backup, erasedAt: bigint): readonly BackupEvent[] => {
  if (state.status === 'none') return [];
  const { backupId, file } = state;
  const isUnderWay = state.status === 'running' && startOf(state) < erasedAt;
  return [
    ...(file && file.startedAt < erasedAt ? [ev('backup.withdrawn.v1', { backupId })] : []),
    ...(isUnderWay && (state.erasedAt ?? START) < erasedAt
      ? [ev('backup.erasure-met.v1', { backupId, erasedAt: String(erasedAt) })]
      : []),
  ];
};

/** Fails the backup: whatever its attempt, unless one is given. */
export const failBackup = (state: Backup, reason: string, attempt?: number): readonly BackupEvent[] => {
  const found = known(state);
  return canFail(found, attempt)
    ? [ev('backup.failed.v1', { backupId: found.backupId, attempt: found.attempt, reason })]
    : [];
};

export const cancelBackup = (state: Backup): readonly BackupEvent[] => {
  const found = known(state);
  if (found.status === 'cancelled') return [];
  if (!isPending(found)) throw new Refusal('backup-ended');
  return [ev('backup.cancelled.v1', { backupId: found.backupId })];
};

/**
 * Requests the file again: the position is the same, so the bytes will be. A cancelled backup did not count for the
 * quota, and cannot be had in this way.
 */
export const rebuildBackup = (state: Backup): readonly BackupEvent[] => {
  const found = known(state);
  if (isPending(found)) return [];
  if (found.status === 'cancelled') throw new Refusal('backup-cancelled');
  return [ev('backup.rebuild-requested.v1', { backupId: found.backupId })];
};

/** The file to send. Refuses with `backup-file-none`, `backup-withdrawn`, `backup-file-expired`. */
export const fileOf = (state: Backup, now: Date): BackupFile => {
  const found = known(state);
  if (!found.completed) throw new Refusal('backup-file-none');
  if (found.withdrawn) throw new Refusal('backup-withdrawn');
  if (!found.file || hasExpired(found.file, now)) throw new Refusal('backup-file-expired');
  return found.file;
};

export const downloadBackup = (state: Backup, userId: string, now: Date): readonly BackupEvent[] => {
  fileOf(state, now);
  return [ev('backup.downloaded.v1', { backupId: known(state).backupId, userId })];
};

/** Records a link, also for a backup without a file: the file is looked for when the link is used. */
export const linkBackup = (
  state: Backup,
  link: Omit<BackupEvents['backup.link-made.v1'], 'backupId'>,
): readonly BackupEvent[] => [ev('backup.link-made.v1', { backupId: known(state).backupId, ...link })];

/** ISO time at which a file expires: 14 days after it was built, or when the schedule keeps it no longer. */
export const expiryOf = (builtAt: Date, keptUntil: Date | undefined): string =>
  new Date(Math.max(builtAt.getTime() + FILE_KEPT_MS, keptUntil?.getTime() ?? 0)).toISOString();

/** Has the file of a scheduled backup stay as long as the schedule says. */
export const keepFile = (state: Backup, keptUntil: Date | undefined): readonly BackupEvent[] => {
  if (state.status === 'none' || !state.file) return [];
  const { backupId, file } = state;
  const fileExpiresAt = expiryOf(new Date(file.builtAt), keptUntil);
  return fileExpiresAt === file.expiresAt ? [] : [ev('backup.file-kept.v1', { backupId, fileExpiresAt })];
};

export const expireFile = (state: Backup, now: Date): readonly BackupEvent[] =>
  isOver(state, now) ? [ev('backup.file-expired.v1', { backupId: state.backupId })] : [];

export const backupFiles: StoredFiles<Backup, BackupEvents> = {
  folder: 'backups',
  extension: 'zip',
  decider: backup,
  streamOf: backupStream,
  // A ZIP that this log knows nothing of may be all that is left of another log.
  keeps: (state, path) => !isKnown(state) || isItsFile(backupFiles, state.backupId, state, path),
  expire: expireFile,
};
