// Files that were chosen: what is refused before it is sent, and the head that a preview looks at.

/** As the server takes them. */
export const MOST_FILES = 10;
export const LARGEST_FILE = 1024 ** 3;
const HEAD = 512 * 1024;
const NEW_LINE = 0x0a;

export type Refusal = 'size' | 'spreadsheet' | 'same' | 'many' | 'empty';

/** Why a file is not taken; undefined where it is. */
export function refusalOf(file: File, others: readonly File[]): Refusal | undefined {
  if (others.some(({ name }) => name === file.name)) return 'same';
  if (others.length >= MOST_FILES) return 'many';
  if (file.size > LARGEST_FILE) return 'size';
  if (file.size === 0) return 'empty';
  return /\.(xlsx?|ods|numbers)$/i.test(file.name) ? 'spreadsheet' : undefined;
}

/** The beginning of a file up to the end of a line; a small file as it is. */
export async function headOf(file: File): Promise<Blob> {
  if (file.size <= HEAD) return file;
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const end = bytes.lastIndexOf(NEW_LINE) + 1;
  // In UTF-16 with the low byte first, a zero stands behind the end of a line.
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  return file.slice(0, end === 0 ? HEAD : end + (isLittle ? 1 : 0));
}
