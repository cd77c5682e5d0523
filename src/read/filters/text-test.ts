// Tests whether a text matches a pattern, in time that grows with the text alone, whatever pattern and text are like.
import { foldCase, phoneDigits } from './letter-case.vocabulary';
import type { DigitsPattern, Edge, LiteralPattern, RunPattern, TextPattern } from './text-patterns';

type Test = (text: string) => boolean;

/** `ignoreCase`: letters that differ in case only are the same. */
export function textTest(pattern: TextPattern, ignoreCase: boolean): Test {
  if ('digits' in pattern) return digitsTest(pattern);
  const fold = ignoreCase ? foldCase : (text: string) => text;
  const test = 'run' in pattern ? runTest(pattern, fold) : literalTest(pattern, fold);
  return (text) => test(fold(text));
}

function digitsTest({ start, end, digits }: DigitsPattern): Test {
  const holds: (found: string) => boolean =
    start === 'text'
      ? (found) => (end === 'text' ? found === digits : found.startsWith(digits))
      : (found) => (end === 'text' ? found.endsWith(digits) : found.includes(digits));
  return (text) => holds(phoneDigits(text));
}

/** A test of texts on which `fold` has been called already. */
function literalTest({ start, end, texts }: LiteralPattern, fold: (text: string) => string): Test {
  const all = new Set(texts.map(fold));
  if (start === 'text' && end === 'text') return (text) => all.has(text);
  if (start === 'part' && end === 'part' && ![...all].some((one) => one.includes(';')))
    return (text) => text.split(';').some((part) => all.has(part));
  const finders = [...all].map((one) => finderOf(one));
  return (text) =>
    finders.some(
      ({ find, length }) =>
        find(text, 0, (at) => startsAt(text, at, start) && endsAt(text, at + length, end)) >= 0,
    );
}

const isLetter = (unit: number): boolean =>
  unit >= 0x80 ||
  (unit >= 0x30 && unit <= 0x39) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x61 && unit <= 0x7a);

function startsAt(text: string, at: number, edge: Edge): boolean {
  if (at === 0 || edge === 'any') return true;
  const before = text.charCodeAt(at - 1);
  return edge === 'word' ? !isLetter(before) : edge === 'part' && before === SEMICOLON;
}

function endsAt(text: string, at: number, edge: Edge): boolean {
  if (at === text.length || edge === 'any') return true;
  const behind = text.charCodeAt(at);
  return edge === 'word' ? !isLetter(behind) : edge === 'part' && behind === SEMICOLON;
}

const SEMICOLON = 0x3b;
const SPACE = /\s/g;

/**
 * Finds, in each run of characters without white space, the nearest place of each part after that of the part before.
 */
function runTest({ start, end, run }: RunPattern, fold: (text: string) => string): Test {
  const finders = run.map((part) => finderOf(fold(part)));
  const [first] = finders;
  return (text) => {
    // Where each part was found last: no earlier place is looked at again.
    const last = finders.map(() => -1);
    for (let from = 0; ;) {
      const found = first!.find(text, from, (at) => bound(text, at, 0));
      if (found < 0) return false;
      const runEnd = spaceFrom(text, found);
      let at = found + first!.length;
      let n = 1;
      // A part without characters fits even where the run has ended.
      for (; n < finders.length && at <= runEnd; n++) {
        if (last[n]! < at) {
          const next = finders[n]!.find(text, at, (place) => bound(text, place, n));
          if (next < 0) return false;
          last[n] = next;
        }
        if (last[n]! + finders[n]!.length > runEnd) break;
        at = last[n]! + finders[n]!.length;
      }
      if (n === finders.length && at <= runEnd) return true;
      if (runEnd >= text.length) return false;
      from = runEnd + 1;
    }
  };

  function bound(text: string, at: number, n: number): boolean {
    return (
      (n > 0 || startsAt(text, at, start)) &&
      (n < finders.length - 1 || endsAt(text, at + finders[n]!.length, end))
    );
  }
}

function spaceFrom(text: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.exec(text)?.index ?? text.length;
}

interface Finder {
  readonly length: number;
  /** The first place from `from` on that is accepted; -1 where there is none. */
  readonly find: (text: string, from: number, accept: (at: number) => boolean) => number;
}

/** Characters of a part up to which trying each place anew costs little. */
const SHORT = 32;

function finderOf(part: string): Finder {
  const { length } = part;
  if (length > SHORT) return { length, find: withoutLookingBack(part) };
  return {
    length,
    find: (text, from, accept) => {
      for (let at = text.indexOf(part, from); at >= 0; at = text.indexOf(part, at + 1)) {
        if (accept(at)) return at;
        // An empty part is found at the end of a text again and again.
        if (at >= text.length) break;
      }
      return -1;
    },
  };
}

/** By Knuth, Morris and Pratt: a table says how much of the part stays matched after a mismatch. */
function withoutLookingBack(part: string): Finder['find'] {
  const left = new Int32Array(part.length + 1);
  for (let i = 1, matched = 0; i < part.length; i++) {
    while (matched > 0 && part.charCodeAt(i) !== part.charCodeAt(matched)) matched = left[matched]!;
    if (part.charCodeAt(i) === part.charCodeAt(matched)) matched++;
    left[i + 1] = matched;
  }
  return (text, from, accept) => {
    for (let i = from, matched = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      while (matched > 0 && unit !== part.charCodeAt(matched)) matched = left[matched]!;
      if (unit === part.charCodeAt(matched)) matched++;
      if (matched < part.length) continue;
      const at = i - matched + 1;
      if (accept(at)) return at;
      matched = left[matched]!;
    }
    return -1;
  };
}
