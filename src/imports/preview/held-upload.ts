// Takes in the parts of a request for a preview: of each file its beginning, in memory. All of its bytes are looked at
// as they pass by, as an import looks at them, so that both find the same encoding; nothing is written.
import { TELLING_CHARS } from '../rows/csv-format';
import { refused } from '../requests/import-request';
import {
  FileLooking,
  shortText,
  wellFormed,
  wholeText,
  type FileLook,
  type UploadPart,
} from '../requests/import-upload';

/** Bytes of a file that are held: enough for the characters that tell its delimiter, whatever its encoding. */
export const HELD_BYTES = 4 * TELLING_CHARS;

export interface HeldFile {
  readonly fileName: string;
  readonly beginning: Buffer;
  /** Of the whole file. */
  readonly bytes: number;
  readonly lines: number;
  readonly look: FileLook;
}

export interface Held {
  /** The JSON text of the request, as it came. */
  readonly importRequest: string | undefined;
  /** The name of the object type that the rows are about. */
  readonly objectType: string | undefined;
  readonly files: readonly HeldFile[];
}

const FIELDS = ['importRequest', 'objectType'];

/** Takes in all parts, to the last byte: who is answered before has not sent all, and may miss the answer. */
export async function hold(parts: AsyncIterable<UploadPart>): Promise<Held> {
  const files: HeldFile[] = [];
  const fields = new Map<string, string>();
  for await (const part of wellFormed(parts)) {
    const { fieldname } = part;
    const isField = FIELDS.includes(fieldname);
    if (part.type === 'field' || isField) {
      if (!isField)
        throw refused([
          { message: `is no field of a preview, which has ${FIELDS.join(', ')}`, in: fieldname },
        ]);
      fields.set(fieldname, part.type === 'file' ? await shortText(part.file) : wholeText(part));
    } else if (part.filename !== undefined) files.push(await held({ ...part, filename: part.filename }));
    else part.file.resume();
  }
  if (files.length === 0) throw refused([{ message: 'is missing: send a CSV file', in: 'files' }]);
  return { importRequest: fields.get('importRequest'), objectType: fields.get('objectType'), files };
}

async function held({
  fieldname,
  filename,
  file,
}: Extract<UploadPart, { type: 'file' }> & { readonly filename: string }): Promise<HeldFile> {
  const looking = new FileLooking();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of looking.at(wellFormed(file as AsyncIterable<Uint8Array>))) {
    // A copy: the piece may be a part of a larger buffer, which would be held with it.
    if (bytes < HELD_BYTES) pieces.push(Buffer.from(piece.subarray(0, HELD_BYTES - bytes)));
    bytes += piece.length;
  }
  if (file.truncated) throw refused([{ message: 'is larger than an upload may be', in: fieldname }]);
  const { look, rowsAtMost: lines } = looking.seen;
  return { fileName: filename, beginning: Buffer.concat(pieces), bytes, lines, look };
}
