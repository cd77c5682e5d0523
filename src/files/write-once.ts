// Writes a file that says something once and for all, whole or not at all (half a key would lock its owner out), and never
// over what another process wrote.
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a line, durable, that only the owner can read. False where there is such a file: of two processes that start
 * at once the first wins.
 */
export function writeOnce(path: string, line: string): boolean {
  const unfinished = `${path}.${randomUUID()}`;
  const handle = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(handle, `${line}\n`);
    fsyncSync(handle);
    linkSync(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    closeSync(handle);
    unlinkSync(unfinished);
  }
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return true;
}
