// Decides on one backup: asked for, started (again after a crash), completed, failed, cancelled, withdrawn, built again.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { START } from '../eventsourcing/event-store';
import { Refusal } from '../refusals';
import type { BackupEvents } from './backup.events';

type BackupEvent = EventOf<BackupEvents>;
const ev = eventsOf<BackupEvents>();

export const backupStream = (backupId: string): string => `backup-${backupId}`;

/** How long the file of a backup can be fetched. */
export const FILE_KEPT_MS = 14 * 24 * 3_600_000;

export interface BackupFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO time. */
  readonly expiresAt: string;
  /** Where the start that built it stands in the log: erasures before it are known to it. */
  readonly startedAt: bigint;
}

export type Backup =
  | { readonly status: 'none' }
  | {
      readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
      readonly backupId: string;
      readonly position: string;
      readonly objectTypes: readonly string[] | null;
      /** Of the last start; 0 before the first. */
      readonly attempt: number;
      /** It has been completed once: it counts, and it can be built again. */
      readonly completed: boolean;
      /** Absent before the first completion, after expiry and when it is withdrawn. */
      readonly file?: BackupFile;
      /** Why there is no file: it held a record that has been erased. */
      readonly withdrawn?: boolean;
      /** Where the last start stands in the log. */
      readonly startedAt?: bigint;
      /** Position of the last erasure of one of its records during that start. */
      readonly erasedAt?: bigint;
    };

type Known = Exclude<Backup, { status: 'none' }>;

const moved = (state: Backup, next: Partial<Known>): Backup =>
  state.status === 'none' ? state : { ...state, ...next };

const startOf = (state: Backup): bigint => ('startedAt' in state ? (state.startedAt ?? START) : START);

function withoutFile(state: Backup): Backup {
  if (state.status === 'none') return state;
  const { file: _, ...rest } = state;
  return rest;
}

export const backup: Decider<Backup, BackupEvents> = {
  initial: { status: 'none' },
  evolve: {
    'backup.requested.v1': (_, { backupId, position, objectTypes }) => ({
      status: 'queued',
      backupId,
      position,
      objectTypes,
      attempt: 0,
      completed: false,
    }),
    'backup.started.v1': (state, { attempt }, { position }) =>
      moved(state, { status: 'running', attempt, startedAt: position }),
    'backup.completed.v1': (state, { file, bytes, sha256, fileExpiresAt }) =>
      moved(state, {
        status: 'completed',
        completed: true,
        withdrawn: false,
        file: { path: file, bytes, sha256, expiresAt: fileExpiresAt, startedAt: startOf(state) },
      }),
    'backup.failed.v1': (state) => moved(state, { status: 'failed' }),
    // What was completed before stays so: only building it again was given up.
    'backup.cancelled.v1': (state) =>
      moved(state, { status: state.status !== 'none' && state.completed ? 'completed' : 'cancelled' }),
    'backup.rebuild-requested.v1': (state) => moved(state, { status: 'queued' }),
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

const pending = (state: Known): boolean => state.status === 'queued' || state.status === 'running';

export const requestBackup = (
  state: Backup,
  request: BackupEvents['backup.requested.v1'],
): readonly BackupEvent[] => (state.status === 'none' ? [ev('backup.requested.v1', request)] : []);

/** A start after a crash is the next attempt; none if it was cancelled or has ended meanwhile. */
export const startBackup = (state: Backup): readonly BackupEvent[] => {
  const { backupId, attempt } = known(state);
  return pending(known(state)) ? [ev('backup.started.v1', { backupId, attempt: attempt + 1 })] : [];
};

/** An attempt that is no longer the last one, or was cancelled, has nothing to say. */
const current = (state: Backup, attempt: number): boolean =>
  state.status === 'running' && state.attempt === attempt;

/** One of its records has been erased, and what was built was not looked over up to there (`lookedTo`). */
export const isOvertaken = (state: Backup, attempt: number, lookedTo: bigint): boolean =>
  current(state, attempt) && state.status !== 'none' && (state.erasedAt ?? lookedTo) > lookedTo;

export const completeBackup = (
  state: Backup,
  result: BackupEvents['backup.completed.v1'],
  lookedTo: bigint,
): readonly BackupEvent[] =>
  current(state, result.attempt) && !isOvertaken(state, result.attempt, lookedTo)
    ? [ev('backup.completed.v1', result)]
    : [];

/** A record that it holds has been erased at a position. What was started after that does not hold it. */
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

export const failBackup = (
  state: Backup,
  failure: BackupEvents['backup.failed.v1'],
): readonly BackupEvent[] => (current(state, failure.attempt) ? [ev('backup.failed.v1', failure)] : []);

/** It cannot be built, in whatever attempt. */
export const giveUpBackup = (state: Backup, reason: string): readonly BackupEvent[] => {
  const found = known(state);
  if (!pending(found)) return [];
  return [ev('backup.failed.v1', { backupId: found.backupId, attempt: found.attempt, reason })];
};

export const cancelBackup = (state: Backup): readonly BackupEvent[] => {
  const found = known(state);
  if (found.status === 'cancelled') return [];
  if (!pending(found)) throw new Refusal('backup-ended');
  return [ev('backup.cancelled.v1', { backupId: found.backupId })];
};

/** Its position has not changed, so neither will its bytes. A cancelled one did not count and cannot be had that way. */
export const rebuildBackup = (state: Backup): readonly BackupEvent[] => {
  const found = known(state);
  if (pending(found)) return [];
  if (found.status === 'cancelled') throw new Refusal('backup-cancelled');
  return [ev('backup.rebuild-requested.v1', { backupId: found.backupId })];
};

/** The file to hand out, if its time is not over. */
export const fileOf = (state: Backup, now: Date): BackupFile => {
  const found = known(state);
  if (!found.completed) throw new Refusal('backup-file-none');
  if (found.withdrawn) throw new Refusal('backup-withdrawn');
  if (!found.file || Date.parse(found.file.expiresAt) <= now.getTime())
    throw new Refusal('backup-file-expired');
  return found.file;
};

export const downloadBackup = (state: Backup, userId: string, now: Date): readonly BackupEvent[] => {
  fileOf(state, now);
  return [ev('backup.downloaded.v1', { backupId: known(state).backupId, userId })];
};

/** Of a backup that has no file, or none yet, too: what there is is looked for when the link is used. */
export const linkBackup = (
  state: Backup,
  link: Omit<BackupEvents['backup.link-made.v1'], 'backupId'>,
): readonly BackupEvent[] => [ev('backup.link-made.v1', { backupId: known(state).backupId, ...link })];

export const expireFile = (state: Backup, now: Date): readonly BackupEvent[] =>
  state.status !== 'none' && state.file && Date.parse(state.file.expiresAt) <= now.getTime()
    ? [ev('backup.file-expired.v1', { backupId: state.backupId })]
    : [];
