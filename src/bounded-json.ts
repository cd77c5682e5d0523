// Parses JSON from outside within bounds that hold before parsing, so that its value can be walked without a thought of
// its size.
import { isUtf8 } from 'node:buffer';
import { parse } from 'secure-json-parse';
import { othersFirst } from './supervision/pause';
import { Refusal } from './refusals';

export interface JsonLimits {
  /** How deep arrays and objects may lie within each other. */
  readonly depth: number;
  /** Elements of arrays and members of objects, the whole included. */
  readonly values: number;
  /** Members of objects: each is a name to be looked up, and costs many times what an element does. */
  readonly members: number;
}

/** With the dearest 8 MB that these limits let through, no step from bytes to values takes 50 ms. */
export const jsonLimits: JsonLimits = { depth: 64, values: 250_000, members: 40_000 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Counts what has been met so far of JSON that comes in chunks. Its counts mean nothing where that is no JSON. */
export class JsonBounds {
  private depth = 0;
  private commas = 0;
  private members = 0;
  private filled = 0;
  /** The last byte that was no blank. */
  private last = 0;
  private inText = false;
  private isEscaped = false;

  constructor(private readonly limits: JsonLimits) {}

  /** Throws `body-too-complex`. */
  add(json: Uint8Array): void {
    const { limits } = this;
    let { depth, commas, members, filled, last } = this;
    for (let i = this.inText ? this.textEnd(json, 0) + 1 : 0; i < json.length; i++) {
      const byte = json[i]!;
      if (byte <= SPACE) continue;
      // Each container that has anything in it has one value more than commas.
      if ((last === ARRAY || last === OBJECT) && byte !== ARRAY_END && byte !== OBJECT_END) filled++;
      last = byte;
      if (byte === QUOTE) i = this.textEnd(json, i + 1);
      else if (byte === COMMA) commas++;
      else if (byte === COLON) members++;
      else if (byte === ARRAY || byte === OBJECT) {
        if (++depth > limits.depth) throw tooComplex(`It is nested more than ${limits.depth} deep`);
      } else if (byte === ARRAY_END || byte === OBJECT_END) depth--;
    }
    Object.assign(this, { depth, commas, members, filled, last });
    if (members > limits.members) throw tooComplex(`It has more than ${limits.members} named values`);
    if (1 + commas + filled > limits.values) throw tooComplex(`It has more than ${limits.values} values`);
  }

  /** Where the quotation mark stands that ends a text; after the chunk's end where the text goes on. */
  private textEnd(json: Uint8Array, from: number): number {
    let i = from;
    if (this.isEscaped) i++;
    for (; i < json.length && json[i] !== QUOTE; i++) if (json[i] === BACKSLASH) i++;
    this.inText = i >= json.length;
    this.isEscaped = i > json.length;
    return i;
  }
}

/** Bytes that are decoded at once. */
const STRETCH = 1024 * 1024;

/** JSON that comes in chunks, bounded as they come. */
export class ComingJson {
  private readonly bounds: JsonBounds;
  private readonly chunks: Uint8Array[] = [];
  /** Why what has come is refused; chunks that come after that are not looked at. */
  private refusal: Refusal | undefined;
  /** Bytes that have come. */
  length = 0;

  constructor(limits = jsonLimits) {
    this.bounds = new JsonBounds(limits);
  }

  add(chunk: Uint8Array): void {
    this.length += chunk.length;
    if (this.refusal) return;
    try {
      this.bounds.add(chunk);
      this.chunks.push(chunk);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
      this.chunks.length = 0;
    }
  }

  /**
   * The parsed value. Throws `body-too-complex`, or `body-malformed` where it is no JSON or would reach for a
   * prototype.
   */
  value(): unknown {
    return parseText([...this.texts()].join(''));
  }

  /** The parsed value, made in several turns of the event loop: others are served between two steps. Rejects alike. */
  async valueInTurns(): Promise<unknown> {
    const texts: string[] = [];
    await othersFirst();
    for (const text of this.texts()) {
      texts.push(text);
      await othersFirst();
    }
    const text = texts.join('');
    await othersFirst();
    const value = parseText(text);
    await othersFirst();
    return value;
  }

  private *texts(): Generator<string, void> {
    if (this.refusal) throw this.refusal;
    let [from, length] = [0, 0];
    let cut: Uint8Array = Buffer.alloc(0);
    for (const [at, chunk] of this.chunks.entries()) {
      length += chunk.length;
      const isLast = at === this.chunks.length - 1;
      if (length < STRETCH && !isLast) continue;
      const bytes = Buffer.concat([cut, ...this.chunks.slice(from, at + 1)]);
      const end = isLast ? bytes.length : wholeCharacters(bytes);
      if (!isUtf8(bytes.subarray(0, end))) throw malformed();
      yield bytes.toString('utf8', 0, end);
      cut = bytes.subarray(end);
      [from, length] = [at + 1, 0];
    }
  }
}

/** Where the last whole character of UTF-8 bytes ends. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let i = bytes.length - 1; i >= Math.max(0, bytes.length - 3); i--) {
    const byte = bytes[i]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return i + length > bytes.length ? i : bytes.length;
  }
  return bytes.length;
}

/** Parses JSON that has come whole. Throws as `ComingJson.value` does. */
export function parseBounded(json: Uint8Array, limits = jsonLimits): unknown {
  const coming = new ComingJson(limits);
  coming.add(json);
  return coming.value();
}

function parseText(text: string): unknown {
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch {
    throw malformed();
  }
}

const malformed = (): Refusal => new Refusal('body-malformed', { message: 'The body is not valid JSON' });
const tooComplex = (message: string): Refusal => new Refusal('body-too-complex', { message });
