// The lock that lets only one process write an embedded log: the kernel holds it for that process and frees it when the
// process dies.
import { join } from 'node:path';
import Database from 'libsql';
import { pause } from '../../../supervision/pause';

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
 * Waits up to `waitMs` for the lock of a data directory, so that a process may start while its predecessor ends, then
 * rejects with StoreLocked. `waiting` is called once where it has to wait. The lock is an exclusive SQLite transaction on `lock.db`, so that it cannot go stale.
 */
export async function lockDirectory(
  dataDir: string,
  waitMs = WAIT_MS,
  waiting: () => void = () => undefined,
): Promise<Lock> {
  const deadline = performance.now() + waitMs;
  const file = new Database(join(dataDir, 'lock.db'));
  for (let tries = 0; !tryLock(file); tries++) {
    if (tries === 0) waiting();
    if (performance.now() >= deadline) {
      file.close();
      throw new StoreLocked(dataDir);
    }
    await pause(RETRY_MS);
  }
  return {
    release() {
      // Closing alone may leave the connection, and the lock with it, to the garbage collector.
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
