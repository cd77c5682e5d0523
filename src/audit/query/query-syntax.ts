// Reads the text of a query: a recursive descent over the grammar that docs/audit-queries.md shows.
import { QueryError, type Place } from './query-error';
import { beginsAsTime } from './query-times';

export interface Value extends Place {
  readonly text: string;
}

/** A query as it is written: what fields and values mean is not looked at. */
export type Node =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Node[] }
  | { readonly kind: 'not'; readonly of: Node }
  /** Any of the values. */
  | { readonly kind: 'field'; readonly field: Value; readonly values: readonly Value[] }
  | { readonly kind: 'time' | 'text'; readonly value: Value };

export const MOST_CHARACTERS = 2_000;
const MOST_DEPTH = 20;
/** Values, words and times together. */
const MOST_TERMS = 100;

/** Throws QueryError. A query without a term means everything: undefined. */
export function parsed(text: string): Node | undefined {
  if (text.length > MOST_CHARACTERS)
    throw new QueryError(`a query has at most ${MOST_CHARACTERS} characters`, {
      ...{ at: MOST_CHARACTERS, length: text.length - MOST_CHARACTERS },
    });
  const parser = new Parser(text);
  return parser.isAtEnd() ? undefined : parser.whole();
}

/** What ends a word outside quotation marks. */
const BREAK = /[\s(),"]/;

class Parser {
  private at = 0;
  private depth = 0;
  private terms = 0;

  constructor(private readonly text: string) {}

  whole(): Node {
    const node = this.either();
    if (!this.isAtEnd())
      throw this.wrong(this.text[this.at] === ')' ? 'this ) closes nothing' : 'this is not expected here', 1);
    return node;
  }

  isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length;
  }

  private either(): Node {
    const of = [this.together()];
    while (this.takesWord('or')) of.push(this.together());
    return of.length === 1 ? of[0]! : { kind: 'any', of };
  }

  private together(): Node {
    const of = [this.maybeNot()];
    for (;;) {
      const said = this.takesWord('and');
      if (!said && (this.isAtEnd() || this.text[this.at] === ')' || this.seesWord('or'))) break;
      of.push(this.maybeNot());
    }
    return of.length === 1 ? of[0]! : { kind: 'all', of };
  }

  private maybeNot(): Node {
    this.skipSpace();
    const dash = this.text[this.at] === '-' && !beginsAsTime(this.wordAt(this.at));
    if (dash) this.at++;
    else if (!this.takesWord('not')) return this.primary();
    return this.deeper(() => ({ kind: 'not', of: this.maybeNot() }));
  }

  private primary(): Node {
    if (this.isAtEnd()) throw this.wrong('something is missing', 0);
    if (this.text[this.at] === '(') return this.deeper(() => this.group());
    if (this.seesWord('or') || this.seesWord('and')) throw this.wrong('something is missing before this', 2);
    const [, name] = /^([a-z][a-z_-]*):/i.exec(this.text.slice(this.at, this.at + 40)) ?? [];
    if (name === undefined) {
      const value = this.value();
      const isTime = this.text[value.at] !== '"' && beginsAsTime(value.text);
      return { kind: isTime ? 'time' : 'text', value };
    }
    const field = { at: this.at, length: name.length, text: name };
    this.at += name.length + 1;
    return { kind: 'field', field, values: this.values() };
  }

  private group(): Node {
    const opened = this.at++;
    const node = this.either();
    this.close(opened);
    return node;
  }

  private values(): Value[] {
    if (this.text[this.at] !== '(') {
      const values = [this.value()];
      for (; this.text[this.at] === ','; values.push(this.value())) this.at++;
      return values;
    }
    const opened = this.at++;
    const values: Value[] = [];
    do {
      this.skipSpace();
      values.push(this.value());
      this.skipSpace();
    } while (this.takes(',') || this.takesWord('or'));
    this.close(opened);
    return values;
  }

  private value(): Value {
    if (++this.terms > MOST_TERMS) throw this.wrong(`a query has at most ${MOST_TERMS} terms`, 1);
    if (this.text[this.at] === '"') return this.quoted();
    const text = this.wordAt(this.at);
    if (text === '') throw this.wrong('a value is missing', 0);
    const value = { at: this.at, length: text.length, text };
    this.at += text.length;
    return value;
  }

  /** In quotation marks `\"` and `\\` stand for the characters themselves. */
  private quoted(): Value {
    const [whole] = /^"(?:[^"\\]|\\[^])*"/.exec(this.text.slice(this.at)) ?? [];
    if (whole === undefined) throw this.wrong('this " is not closed', 1);
    const value = { at: this.at, length: whole.length, text: whole.slice(1, -1).replace(/\\([^])/g, '$1') };
    if (value.text.trim() === '') throw this.wrong('a value is missing', whole.length);
    this.at += whole.length;
    return value;
  }

  private close(opened: number): void {
    this.skipSpace();
    if (this.takes(')')) return;
    if (this.at >= this.text.length) {
      this.at = opened;
      throw this.wrong('this ( is not closed', 1);
    }
    throw this.wrong('this is not expected here', 1);
  }

  private deeper(work: () => Node): Node {
    if (++this.depth > MOST_DEPTH) throw this.wrong(`a query is at most ${MOST_DEPTH} levels deep`, 1);
    const node = work();
    this.depth--;
    return node;
  }

  private takes(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private seesWord(word: string): boolean {
    this.skipSpace();
    return this.wordAt(this.at).toLowerCase() === word;
  }

  private takesWord(word: string): boolean {
    const sees = this.seesWord(word);
    if (sees) this.at += word.length;
    return sees;
  }

  private wordAt(from: number): string {
    let to = from;
    while (to < this.text.length && !BREAK.test(this.text[to]!)) to++;
    return this.text.slice(from, to);
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private wrong(problem: string, length: number): QueryError {
    return new QueryError(problem, { at: this.at, length });
  }
}
