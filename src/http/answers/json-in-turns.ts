// Makes the JSON of an answer a piece at a time: made and encoded at once, that of a large one would hold up all other
// requests.
import { breathe } from '../../eventsourcing/breath';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

/** The bytes of what `JSON.stringify` makes of an object or a list: each of its members, and each of its results, is a piece. */
export async function jsonInTurns(answer: object, stretch = CHUNK_CHARS): Promise<Buffer> {
  const parts: Buffer[] = [];
  let text = '';
  for (const piece of pieces(answer)) {
    text += piece;
    if (text.length >= stretch) {
      await encode(text, stretch, parts);
      text = '';
    }
    await breathe();
  }
  await encode(text, stretch, parts);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function* pieces(answer: object): Generator<string, void> {
  if (Array.isArray(answer)) {
    yield '[';
    return yield* elements(answer);
  }
  let before = '{';
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    const isList = name === 'results' && Array.isArray(value);
    const json = isList ? '[' : JSON.stringify(value);
    if (json === undefined) continue;
    yield `${before}${JSON.stringify(name)}:${json}`;
    if (isList) yield* elements(value);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* elements(list: readonly unknown[]): Generator<string, void> {
  for (const [at, one] of list.entries()) yield (at > 0 ? ',' : '') + (JSON.stringify(one) ?? 'null');
  yield ']';
}

async function encode(text: string, stretch: number, parts: Buffer[]): Promise<void> {
  for (let from = 0; from < text.length;) {
    const to = from + stretch + (isWithinPair(text, from + stretch) ? 1 : 0);
    parts.push(Buffer.from(text.slice(from, to)));
    from = to;
    await breathe();
  }
}

/** Whether `at` lies between the two surrogates of one character. */
const isWithinPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
