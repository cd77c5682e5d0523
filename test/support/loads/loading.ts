// Loads over the API, for e2e specs: sends a ZIP, and follows the load to its end; and backups to be loaded.
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import archiver from 'archiver';
import type { ErrorLine } from '../../../src/loads/load-files';
import type { LoadView } from '../../../src/loads/load.queries';
import type { App } from '../servers/app';
import { unzipped } from '../unzip';

export interface LoadOptions {
  readonly dryRun?: boolean;
  readonly createDefinitions?: boolean;
  readonly files?: Readonly<Record<string, string | null>>;
}

export const LOADS = '/backups/v1/loads';

export function loadForm(zip: Buffer, { dryRun, createDefinitions, files }: LoadOptions = {}): FormData {
  const form = new FormData();
  if (dryRun !== undefined) form.append('dryRun', String(dryRun));
  if (createDefinitions !== undefined) form.append('createDefinitions', String(createDefinitions));
  if (files) form.append('files', JSON.stringify(files));
  form.append('file', new Blob([zip], { type: 'application/zip' }), 'backup.zip');
  return form;
}

export const startLoad = (app: App, zip: Buffer, options?: LoadOptions): Promise<LoadView> =>
  app.ok<LoadView>('POST', LOADS, loadForm(zip, options));

const lastOf = <T>(text: string): T => {
  const events = text.split('\n\n').filter((line) => line.startsWith('data: '));
  return JSON.parse(events.at(-1)!.slice('data: '.length)) as T;
};

/** The load when it has ended. */
export async function loadEnded(app: App, id: string): Promise<LoadView> {
  await app.ok<string>('GET', `${LOADS}/${id}/progress`);
  return app.ok<LoadView>('GET', `${LOADS}/${id}`);
}

export const load = async (app: App, zip: Buffer, options?: LoadOptions): Promise<LoadView> =>
  loadEnded(app, (await startLoad(app, zip, options)).id);

export async function loadErrors(app: App, id: string): Promise<ErrorLine[]> {
  const { results } = await app.ok<{ results: ErrorLine[] }>('GET', `${LOADS}/${id}/errors?limit=200`);
  return results;
}

/** A backup of now: its ZIP. */
export async function backupZip(app: App): Promise<Buffer> {
  const { id } = await app.ok<{ id: string }>('POST', '/backups/v1/backups', {});
  const done = lastOf<{ status: string; error?: string }>(
    await app.ok<string>('GET', `/backups/v1/backups/${id}/progress`),
  );
  if (done.status !== 'COMPLETED') throw new Error(`The backup is ${done.status}: ${done.error}`);
  const response = await app.send('GET', `/backups/v1/backups/${id}/file`);
  return Buffer.from(await response.arrayBuffer());
}

/** The CSVs of a ZIP, by name. */
export async function csvsIn(zip: Buffer): Promise<Record<string, string>> {
  const files = [...(await unzipped(zip))].filter(([name]) => name.endsWith('.csv'));
  return Object.fromEntries(files.map(([name, bytes]) => [name, bytes.toString('utf8')]));
}

/** A ZIP of texts. */
export async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = archiver('zip');
  const all = buffer(zip);
  for (const [name, text] of Object.entries(files)) {
    const written = once(zip, 'entry');
    zip.append(text, { name });
    await written;
  }
  await zip.finalize();
  return all;
}
