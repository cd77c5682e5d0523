// Takes in the parts of a request for a load: the ZIP streams to disk while it is hashed.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parseBounded } from '../bounded-json';
import type { Files } from '../files/files';
import type { UploadQuota } from '../files/upload-quota';
import { wellFormed, wholeText, type UploadPart } from '../imports/requests/import-upload';
import { Refusal } from '../refusals';
import { folderOf } from './load-files';
import type { LoadFile, LoadOptions } from './load.events';

export interface Uploaded {
  readonly fileName: string;
  readonly file: LoadFile;
  readonly options: LoadOptions;
}

const MOST_FILES = 1_000;
const LONGEST_NAME = 255;

const refused = (place: string, what: string): Refusal =>
  new Refusal('load-request-invalid', {
    message: `The request to load a ZIP is not valid: ${place} ${what}`,
    errors: [{ message: what, in: place }],
  });

const names = z
  .record(z.string().min(1).max(1_000), z.string().min(1).max(100).nullable())
  .refine((given) => Object.keys(given).length <= MOST_FILES, `may name ${MOST_FILES} files at most`);

/** Takes in all parts. If anything goes wrong, the ZIP is removed before it rejects. */
export async function receive(
  files: Files,
  loadId: string,
  parts: AsyncIterable<UploadPart>,
  quota: UploadQuota,
): Promise<Uploaded> {
  const fields = new Map<string, string>();
  let zip: Pick<Uploaded, 'file' | 'fileName'> | undefined;
  try {
    for await (const part of wellFormed(parts)) {
      if (part.type === 'field') fields.set(known(part.fieldname), wholeText(part));
      else if (part.filename === undefined) throw refused('file', 'must be sent as a file');
      else if (zip) throw refused('file', 'is there twice: a load takes one ZIP');
      else zip = await received(files, loadId, { ...part, filename: part.filename }, quota);
    }
    if (!zip) throw refused('file', 'is missing: send the ZIP');
    return { ...zip, options: optionsOf(fields) };
  } catch (error) {
    if (zip) await files.remove(zip.file.path);
    throw error;
  }
}

async function received(
  files: Files,
  loadId: string,
  { fieldname, filename, file }: Extract<UploadPart, { type: 'file' }> & { readonly filename: string },
  quota: UploadQuota,
): Promise<Pick<Uploaded, 'file' | 'fileName'>> {
  const path = `${folderOf(loadId)}/${randomUUID()}.zip`;
  const written = await files.write(path, quota.counted(wellFormed(file as AsyncIterable<Uint8Array>)));
  if (file.truncated || fieldname !== 'file') {
    await files.remove(path);
    throw file.truncated
      ? refused('file', 'is larger than an upload may be')
      : refused(fieldname.slice(0, 100), 'is not known: the ZIP is called file');
  }
  return {
    fileName: filename.slice(0, LONGEST_NAME).replace(/\p{Surrogate}/gu, ''),
    file: { path, ...written },
  };
}

const FIELDS: readonly string[] = ['dryRun', 'createDefinitions', 'files'];

function known(name: string): string {
  if (FIELDS.includes(name)) return name;
  throw refused(name.slice(0, 100), 'is not known');
}

function optionsOf(fields: ReadonlyMap<string, string>): LoadOptions {
  const flag = (name: string): boolean => {
    const given = fields.get(name) ?? 'false';
    if (given !== 'true' && given !== 'false') throw refused(name, 'must be true or false');
    return given === 'true';
  };
  const dryRun = flag('dryRun');
  return { dryRun, createDefinitions: flag('createDefinitions'), files: namesIn(fields.get('files')) };
}

function namesIn(field: string | undefined): LoadOptions['files'] {
  if (field === undefined) return {};
  let parsed: unknown;
  try {
    parsed = parseBounded(Buffer.from(field));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'body-too-complex') throw error;
    throw refused('files', 'is not JSON');
  }
  const read = names.safeParse(parsed);
  if (read.success) return read.data;
  throw refused('files', 'must be an object: a type, or null, by the name of each file');
}
