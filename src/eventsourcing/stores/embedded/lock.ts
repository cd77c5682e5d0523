// Only one process writes an embedded log: a lock that the kernel holds for this process and frees when it dies.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'libsql';

const WAIT_MS = 10_000;
const RETRY_MS = 50;

/** Another process works on this data directory and did not end in time. */
export class StoreLocked extends Error {
  constructor(dataDir: string) {
    super(`Another process is using ${dataDir}: stop it first, or set DATA_DIR to another folder`);
  }
}

export interface Lock {
  release(): void;
}

/**
 * Waits up to `waitMs` for the lock of a data directory, so that a successor may start while its predecessor ends.
 * An exclusive SQLite transaction on a file of its own is the lock: there is no lock file to go stale.
 */
export async function lockDirectory(dataDir: string, waitMs = WAIT_MS): Promise<Lock> {
  const deadline = performance.now() + waitMs;
  const file = new Database(join(dataDir, 'lock.db'));
  while (!tryLock(file)) {
    if (performance.now() >= deadline) {
      file.close();
      throw new StoreLocked(dataDir);
    }
    await pause(RETRY_MS);
  }
  return {
    release() {
      // Closing alone may leave the connection to the garbage collector, and the lock with it.
      file.exec('ROLLBACK');
      file.close();
    },
  };
}

function tryLock(file: Database.Database): boolean {
  try {
    file.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
