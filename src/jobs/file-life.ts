// The life of a file that a job builds, as the deciders of such jobs see it: it is asked for, built in one attempt after
// another, kept for a while, and deleted early where something in it was erased.
import { filePath } from './stored-files';

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO time. */
  readonly expiresAt: string;
}

export interface FileLife {
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** The number of the last start; 0 before the first one. */
  readonly attempt: number;
  /** Absent before completion, after expiry and after withdrawal. */
  readonly file?: BuiltFile;
  /** True where the file was deleted because something in it has been erased. */
  readonly withdrawn?: boolean;
  /** Position of the last start. */
  readonly startedAt?: bigint;
}

/** Nothing was asked for. */
export interface NoFile {
  readonly status: 'none';
}

export const isKnown = <L extends FileLife>(state: L | NoFile): state is L => state.status !== 'none';

export const moved = <L extends FileLife>(state: L | NoFile, next: Partial<L>): L | NoFile =>
  isKnown(state) ? { ...state, ...next } : state;

export function withoutFile<L extends FileLife>(state: L | NoFile): L | NoFile {
  if (!isKnown(state)) return state;
  const { file: _, ...rest } = state;
  return rest as L;
}

/** The file as the event of its completion names it. */
export const builtFile = (completed: {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly fileExpiresAt: string;
}): BuiltFile => ({
  ...{ path: completed.file, bytes: completed.bytes },
  ...{ sha256: completed.sha256, expiresAt: completed.fileExpiresAt },
});

/** What is withdrawn while it is built is built again. */
export const withdrawnFile = <L extends FileLife>(state: L | NoFile): L | NoFile =>
  state.status === 'running'
    ? { ...state, status: 'queued' }
    : (moved<FileLife>(withoutFile(state), { withdrawn: true }) as L | NoFile);

export const isPending = ({ status }: FileLife): boolean => status === 'queued' || status === 'running';

/** Whether an attempt may still tell its result: not where a later attempt has started or the job has ended. */
export const isCurrent = (state: FileLife | NoFile, attempt: number): boolean =>
  state.status === 'running' && state.attempt === attempt;

/** Whether a failure counts: whatever the attempt, unless one is given. */
export const canFail = (state: FileLife, attempt: number | undefined): boolean =>
  attempt === undefined ? isPending(state) : isCurrent(state, attempt);

export const hasExpired = ({ expiresAt }: BuiltFile, now: Date): boolean =>
  Date.parse(expiresAt) <= now.getTime();

/** Whether there is a file to delete because its time is over. */
export const isOver = <L extends FileLife>(state: L | NoFile, now: Date): state is L =>
  isKnown(state) && state.file !== undefined && hasExpired(state.file, now);

/**
 * Whether the file holds, or is about to hold, what was erased: an attempt that started after position `knownFrom` knows
 * of the erasure.
 */
export const holdsErased = <L extends FileLife>(state: L | NoFile, knownFrom: bigint): state is L =>
  isKnown(state) &&
  (state.file !== undefined || state.status === 'running') &&
  state.startedAt !== undefined &&
  state.startedAt <= knownFrom;

/** Whether a path is the file's, or that of the attempt under way. */
export const isItsFile = (
  stored: Parameters<typeof filePath>[0],
  id: string,
  { status, attempt, file }: FileLife,
  path: string,
): boolean => path === file?.path || (status === 'running' && path === filePath(stored, id, attempt));
