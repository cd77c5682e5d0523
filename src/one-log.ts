// Binds read models and files to the log that they belong to: those of another log are refused at the start.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnce } from './files/write-once';
import type { DocumentStore } from './read/document-store';

/** The read models or the files that the settings name belong to another log than the one named there. */
export class OtherLog extends Error {}

/** Path of the file that names the log to which the files of a folder belong. */
export const markerOf = (dataDir: string): string => join(dataDir, 'log-id');

/** Binds read models that belong to no log yet to this one. Rejects with OtherLog where they belong to another. */
export async function bindReadModels(documents: DocumentStore, logId: string): Promise<void> {
  if (await documents.compareAndSet('log', undefined, logId)) return;
  if ((await documents.getState<string>('log')) === logId) return;
  throw new OtherLog(
    'The read models belong to another log: empty the read store, they are made again from this one',
  );
}

/** Binds the files of a folder, which processes of a split deployment share, as `bindReadModels` does read models. */
export async function bindFolder(dataDir: string, logId: string): Promise<void> {
  const marker = markerOf(dataDir);
  if (!existsSync(marker) && writeOnce(marker, logId)) return;
  if ((await readFile(marker, 'utf8')).trim() !== logId) throw otherFolder();
}

/** Throws OtherLog where files of a log lie in a folder without one: an embedded log must not be made there anew. */
export function refuseLostLog(dataDir: string, logFile: string): void {
  if (existsSync(markerOf(dataDir)) && !existsSync(logFile)) throw otherFolder();
}

/** Key of the shared state that says whose copy is being brought into the log. */
const IMPORT = 'log-import';

/** Says that a copy is being brought into the log. Rejects with OtherLog where another one is half brought in. */
export async function beginImport(documents: DocumentStore, copiedId: string): Promise<void> {
  const under = await documents.getState<string>(IMPORT);
  if (under !== undefined && under !== copiedId)
    throw new OtherLog('The copy of another log was being brought in: empty the stores and begin again');
  await documents.setState(IMPORT, copiedId);
}

export async function endImport(documents: DocumentStore): Promise<void> {
  await documents.compareAndSet(IMPORT, await documents.getState<string>(IMPORT), undefined);
}

/** Rejects with OtherLog while a copy is being brought into the log, or was when the command was stopped. */
export async function refuseHalfALog(documents: DocumentStore): Promise<void> {
  if ((await documents.getState<string>(IMPORT)) === undefined) return;
  throw new OtherLog('The log is only half there: let strata import-log come to its end first');
}

const otherFolder = () =>
  new OtherLog(
    'DATA_DIR: holds files of another log than the settings name; name the log they belong to, or another folder',
  );
