// What can be written next in a query: fields, words, and values of the field in hand.
import { timeWords } from './query-times';
import { fieldNamed, fieldNames, fieldOf, subCategories, type FieldName } from './query-fields';

export interface Suggestion {
  /** What takes the place of the text from `from` to `to`. */
  readonly text: string;
  readonly kind: 'field' | 'word' | 'value';
  /** For people. */
  readonly told?: string;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

/** The word at a place of a query, as far as it is written there, and the field whose value it is. */
export interface InHand {
  readonly from: number;
  readonly to: number;
  readonly begun: string;
  readonly field?: FieldName;
}

const MOST = 20;
const VALUE =
  /(?:^|[\s(,-])([a-z][a-z_-]*):(?:\((?:[^()"]|"(?:[^"\\]|\\[^])*")*[\s,(])?(?:[^\s(),"]*,)*("?)([^"]*)$/i;
const OPENED = /(?:^|[\s(,-])([a-z][a-z_-]*):\(("?)([^\s(),"]*)$/i;
const WORD = /(?![-])[^\s(),"]*$/;
const QUOTED = /"(?:[^"\\]|\\[^])*"/g;

/** What is written before `at`; undefined inside a text in quotation marks that is no value of a field. */
export function inHand(query: string, at: number): InHand | undefined {
  const before = query.slice(0, at);
  const [rest] = /^[^\s(),"]*/.exec(query.slice(at))!;
  const value = OPENED.exec(before) ?? VALUE.exec(before);
  if (value) {
    const [, name = '', quote = '', begun = ''] = value;
    // Without quotation marks a space ends the value.
    if (quote !== '' || !/[\s()]/.test(begun)) {
      const field = fieldOrNone(name);
      const to = query[at + rest.length] === '"' && quote !== '' ? at + rest.length + 1 : at + rest.length;
      return { from: at - begun.length - quote.length, to, begun, ...(field && { field }) };
    }
  }
  if (before.replace(QUOTED, '').includes('"')) return undefined;
  const [begun] = WORD.exec(before)!;
  return { from: at - begun.length, to: at + rest.length, begun };
}

function fieldOrNone(name: string): FieldName | undefined {
  try {
    return fieldNamed({ text: name, at: 0, length: name.length });
  } catch {
    return undefined;
  }
}

/** `valuesOf` gives what the account knows of values of a field that begin so. */
export async function completionOf(
  query: string,
  at: number,
  valuesOf: (field: FieldName, begun: string) => Promise<readonly string[]>,
): Promise<Completion> {
  const hand = inHand(query, at);
  if (!hand) return { from: at, to: at, suggestions: [] };
  const { from, to, begun, field } = hand;
  const begins = (text: string) => text.toLowerCase().startsWith(begun.toLowerCase());
  if (field === undefined) {
    const fields = fieldNames
      .filter(begins)
      .map((name): Suggestion => ({ text: `${name}:`, kind: 'field', told: fieldOf(name).told }));
    const words = ['and', 'or', 'not', ...timeWords].filter((word) => begun !== '' && begins(word));
    const all = [...fields, ...words.map((text): Suggestion => ({ text, kind: 'word' }))];
    return { from, to, suggestions: all.slice(0, MOST) };
  }
  const values = [...(ownValues(field) ?? []), ...(await valuesOf(field, begun))].filter(begins);
  const texts = [...new Set(values)].slice(0, MOST).map(quoted);
  return { from, to, suggestions: texts.map((text): Suggestion => ({ text, kind: 'value' })) };
}

function ownValues(field: FieldName): readonly string[] | undefined {
  if (field === 'subcategory') return subCategories;
  if (field === 'last') return ['1h', '24h', '7d', '30d'];
  if (field === 'from' || field === 'to' || field === 'on') return [...timeWords, '-24h'];
  return fieldOf(field).known;
}

const quoted = (text: string): string =>
  /[\s(),"]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
