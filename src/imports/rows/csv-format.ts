// Finds out how a CSV file is written: the encoding of its characters, and what stands between its cells. Pure.
import { CsvParser, delimiters, fitsWidth, widthOf, type CsvRow, type Delimiter } from './csv-parser';

export const encodings = ['UTF-8', 'UTF-16', 'ISO-8859-1', 'WINDOWS-1252'] as const;
export type Encoding = (typeof encodings)[number];

export interface CsvFormat {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
}

const UTF_8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
/** Bytes that Windows-1252 has no character for. */
const NO_WINDOWS: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
const BEGINNING = 4_096;

/** What the bytes of a file tell of its encoding, gathered while they pass by. */
export class EncodingLook {
  private start: Buffer = Buffer.alloc(0);
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private utf8 = true;
  private windows = true;
  private last = 0;
  /** Letters of ASCII, bytes beyond ASCII, and those of them that begin a character as in UTF-8. */
  private readonly seen = { letters: 0, beyond: 0, pairs: 0 };

  look(chunk: Uint8Array): void {
    if (this.start.length < BEGINNING)
      this.start = Buffer.concat([this.start, chunk.subarray(0, BEGINNING - this.start.length)]);
    this.decode(chunk);
    const { seen } = this;
    // By index: an iterator would make an object of each byte.
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte > 0x7f) {
        seen.beyond += 1;
        if (byte < 0xc0 && this.last > 0xc1) seen.pairs += 1;
        if (NO_WINDOWS.has(byte)) this.windows = false;
      } else if (byte > 0x40) seen.letters += 1;
      else if (byte === 0) this.windows = false;
      this.last = byte;
    }
  }

  end(): void {
    this.decode(undefined);
  }

  get isUtf8(): boolean {
    return this.utf8;
  }

  /**
   * Undefined where no encoding is likely: text of another alphabet, or UTF-8 that is damaged somewhere, must not come
   * in as Windows-1252. Latin-1 is part of that, as far as people write it.
   */
  get encoding(): Encoding | undefined {
    if (UTF_16_MARKS.some((mark) => this.start.subarray(0, 2).equals(mark)) || this.hasEveryOtherZero())
      return 'UTF-16';
    if (this.utf8) return 'UTF-8';
    const { letters, beyond, pairs } = this.seen;
    const isMarked = this.start.subarray(0, 3).equals(UTF_8_MARK);
    return this.windows && !isMarked && 2 * pairs < beyond / 2 && beyond < letters
      ? 'WINDOWS-1252'
      : undefined;
  }

  /** UTF-16 without a mark, of letters that one byte would do for. */
  private hasEveryOtherZero(): boolean {
    const zeros: [number, number] = [0, 0];
    for (let i = 0; i < this.start.length; i++) if (this.start[i] === 0) zeros[i % 2 ? 1 : 0] += 1;
    return 4 * Math.abs(zeros[0] - zeros[1]) > this.start.length;
  }

  private decode(chunk: Uint8Array | undefined): void {
    if (!this.utf8) return;
    try {
      if (chunk) this.decoder.decode(chunk, { stream: true });
      else this.decoder.decode();
    } catch {
      this.utf8 = false;
    }
  }
}

/** Characters of the beginning of a file that tell its delimiter. */
export const TELLING_CHARS = 64 * 1024;
const TELLING_ROWS = 100;

/** How well a delimiter fits a file: the columns that it lets be found, and how alike it makes the rows. */
interface Fit {
  readonly delimiter: Delimiter;
  readonly found: number;
  readonly score: number;
}

/** The delimiter that fits the beginning of a file best; among equals the first. `names`: columns that there should be. */
export const delimiterOf = (beginning: string, names: readonly string[]): Delimiter =>
  delimiters
    .map((delimiter) => fitOf(beginning, delimiter, names))
    .reduce((best, fit) => (isBetter(fit, best) ? fit : best)).delimiter;

/** The delimiter that lets more of the columns be found than this one does; undefined where none does. */
export function betterDelimiter(
  beginning: string,
  names: readonly string[],
  delimiter: Delimiter,
): Delimiter | undefined {
  const best = delimiterOf(beginning, names);
  const found = (one: Delimiter) => fitOf(beginning, one, names).found;
  return found(best) > found(delimiter) ? best : undefined;
}

const isBetter = (one: Fit, other: Fit): boolean =>
  one.found === other.found ? one.score > other.score : one.found > other.found;

function fitOf(beginning: string, delimiter: Delimiter, names: readonly string[]): Fit {
  const rows: CsvRow[] = [];
  for (const row of new CsvParser(delimiter).rows(beginning, beginning.length < TELLING_CHARS))
    if (rows.push(row) === TELLING_ROWS) break;
  const header = rows[0]?.cells ?? [];
  const width = widthOf(header);
  const found = new Set(header);
  const alike = rows.filter(({ cells, broken }) => broken === undefined && fitsWidth(cells, width));
  const share = rows.length === 0 ? 0 : alike.length / rows.length;
  // Several columns that half of the rows have are more likely than one.
  const wide = width > 1 && share >= 0.5 ? 1 : 0;
  return { delimiter, found: names.filter((name) => found.has(name)).length, score: wide + share };
}
