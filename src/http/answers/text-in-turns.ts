// Encodes a long text a stretch at a time: measured and encoded at once, it would hold up all other requests.
import { othersFirst } from '../../supervision/pause';

/** UTF-16 code units that are encoded at a time, in about a millisecond. */
const STRETCH = 256 * 1024;

/** The bytes of a text in UTF-8; other requests have their turn after each stretch. */
export async function bytesInTurns(text: string, stretch = STRETCH): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let from = 0; from < text.length;) {
    const to = from + stretch + (isWithinPair(text, from + stretch) ? 1 : 0);
    parts.push(Buffer.from(text.slice(from, to)));
    from = to;
    await othersFirst();
  }
  return Buffer.concat(parts);
}

/** Whether `at` lies between the two surrogates of one character. */
const isWithinPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
