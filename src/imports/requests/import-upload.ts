// Takes in the parts of an import request: its files stream to disk while they are hashed and checked.
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Files } from '../../files/files';
import type { UploadQuota } from '../../files/upload-quota';
import { Refusal } from '../../refusals';
import type { ImportFile } from '../import.events';
import { EncodingLook, type Encoding } from '../rows/csv-format';
import { folderOf } from '../passes/import-errors';
import { refused } from './import-request';

/** A part of a multipart body, as @fastify/multipart gives it. */
export type UploadPart =
  | {
      readonly type: 'field';
      readonly fieldname: string;
      readonly value: unknown;
      readonly valueTruncated: boolean;
    }
  | {
      readonly type: 'file';
      readonly fieldname: string;
      /** Undefined for a part that is no file but says that it is JSON. */
      readonly filename: string | undefined;
      readonly file: Readable & { truncated?: boolean };
    };

/** What the bytes of a file look like. */
export interface FileLook {
  readonly isUtf8: boolean;
  /** The likely encoding; undefined where none is. */
  readonly encoding: Encoding | undefined;
  readonly isSpreadsheet: boolean;
}

export interface UploadedFile extends ImportFile {
  readonly look: FileLook;
}

export interface Upload {
  /** The JSON text of the request, as it came. */
  readonly importRequest: string | undefined;
  readonly files: readonly UploadedFile[];
}

/** Longest importRequest in bytes: it becomes part of an event. */
const LONGEST_REQUEST = 512 * 1024;
const CARRIAGE_RETURN = 0x0d;
const NEW_LINE = 0x0a;
/** The first bytes of a ZIP, and so of every .xlsx, and those of an .xls. */
const SPREADSHEETS = [Buffer.from('PK\x03\x04'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])];

/** Takes in all parts. If anything goes wrong, the files written so far are removed before it rejects. */
export async function receive(
  files: Files,
  importId: string,
  parts: AsyncIterable<UploadPart>,
  quota: UploadQuota,
): Promise<Upload> {
  const uploaded: UploadedFile[] = [];
  let importRequest: string | undefined;
  try {
    for await (const part of wellFormed(parts)) {
      if (part.fieldname === 'importRequest')
        importRequest = part.type === 'file' ? await shortText(part.file) : wholeText(part);
      else if (part.type === 'file' && part.filename !== undefined)
        uploaded.push(await receiveFile(files, importId, { ...part, filename: part.filename }, quota));
      else if (part.type === 'file') part.file.resume();
    }
    return { importRequest, files: uploaded };
  } catch (error) {
    await discard(files, uploaded);
    throw error;
  }
}

/**
 * The multipart parser throws bare errors where a body breaks off or is not multipart at all: that is the client's
 * fault, not the server's.
 */
export async function* wellFormed<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* source;
  } catch (error) {
    // A part exceeds a limit.
    if ((error as { statusCode?: unknown }).statusCode === 413) throw error;
    throw new Refusal('body-malformed', { message: 'The body is not well-formed multipart' });
  }
}

export function wholeText({ value, valueTruncated }: Extract<UploadPart, { type: 'field' }>): string {
  if (valueTruncated) throw new Refusal('body-too-large');
  return String(value);
}

/** The text of a part that is a file: some clients send the request as a file, or say that it is JSON. */
export async function shortText(file: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of wellFormed(file as AsyncIterable<Buffer>)) {
    bytes += chunk.length;
    if (bytes <= LONGEST_REQUEST) chunks.push(chunk);
  }
  if (bytes > LONGEST_REQUEST) throw new Refusal('body-too-large');
  return Buffer.concat(chunks).toString('utf8');
}

export async function discard(files: Files, uploaded: readonly ImportFile[]): Promise<void> {
  await files.removeAll(uploaded.map(({ path }) => path));
}

async function receiveFile(
  files: Files,
  importId: string,
  { fieldname, filename, file }: Extract<UploadPart, { type: 'file' }> & { readonly filename: string },
  quota: UploadQuota,
): Promise<UploadedFile> {
  const path = `${folderOf(importId)}/${randomUUID()}.csv`;
  const look = new FileLooking();
  const written = await files.write(
    path,
    look.at(quota.counted(wellFormed(file as AsyncIterable<Uint8Array>))),
  );
  if (file.truncated) {
    await files.remove(path);
    throw refused([{ message: 'is larger than an upload may be', in: fieldname }]);
  }
  return { fileName: filename, path, ...written, ...look.seen };
}

/** Gathers what an import needs to know of a file while its bytes pass by. */
export class FileLooking {
  private lines = 1;
  private last = 0;
  private start: Buffer = Buffer.alloc(0);
  private readonly characters = new EncodingLook();

  get seen() {
    return {
      rowsAtMost: this.lines,
      look: {
        isUtf8: this.characters.isUtf8,
        encoding: this.characters.encoding,
        isSpreadsheet: SPREADSHEETS.some((start) => this.start.subarray(0, start.length).equals(start)),
      },
    };
  }

  async *at(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (this.start.length < 4) this.start = Buffer.concat([this.start, chunk.subarray(0, 4)]);
      this.count(chunk);
      this.characters.look(chunk);
      yield chunk;
    }
    this.characters.end();
  }

  /** A carriage return, a new line, and the two together each end a line. */
  private count(chunk: Uint8Array): void {
    // By index: an iterator would make an object of each byte.
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === CARRIAGE_RETURN || (byte === NEW_LINE && this.last !== CARRIAGE_RETURN)) this.lines += 1;
      this.last = byte;
    }
  }
}
