// The bytes of a long text, made a stretch at a time: measured and encoded as one it would hold up everybody else.
import { othersFirst } from '../../supervision/pause';

/** In UTF-16 code units: about a millisecond. */
const STRETCH = 256 * 1024;

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

/** Two surrogates are one character. */
const isWithinPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
