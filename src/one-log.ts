// One log and what belongs to it: read models and files of another one are refused at start, whatever the role.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentStore } from './read/document-store';

/** What the settings name belongs to another log than the one they name. */
export class OtherLog extends Error {}

/** Names the log that the files of a folder belong to. */
export const markerOf = (dataDir: string): string => join(dataDir, 'log-id');

/** Rejects with OtherLog; read models that belong to none belong to this one from now on. */
export async function bindReadModels(documents: DocumentStore, logId: string): Promise<void> {
  if (await documents.compareAndSet('log', undefined, logId)) return;
  if ((await documents.getState<string>('log')) === logId) return;
  throw new OtherLog(
    'The read models belong to another log: empty the read store, they are made again from this one',
  );
}

/** The same of a folder, which processes of a split deployment share. */
export async function bindFolder(dataDir: string, logId: string): Promise<void> {
  if ((await makeMarker(dataDir, logId)) || (await readFile(markerOf(dataDir), 'utf8')).trim() === logId)
    return;
  throw otherFolder();
}

/** An embedded log would be made in a folder that has none: not where files of another log lie. */
export function refuseLostLog(dataDir: string, logFile: string): void {
  if (existsSync(markerOf(dataDir)) && !existsSync(logFile)) throw otherFolder();
}

const otherFolder = () =>
  new OtherLog(
    'DATA_DIR: holds files of another log than the settings name; name the log they belong to, or another folder',
  );

/** Whole or not at all. False where there is one: of two processes that start at once the first counts. */
async function makeMarker(dataDir: string, logId: string): Promise<boolean> {
  if (existsSync(markerOf(dataDir))) return false;
  const unfinished = `${markerOf(dataDir)}.${randomUUID()}`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(`${logId}\n`);
    await handle.sync();
    await link(unfinished, markerOf(dataDir));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await handle.close();
    await rm(unfinished, { force: true });
  }
}
