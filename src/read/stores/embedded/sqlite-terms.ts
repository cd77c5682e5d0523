// Finds documents by the texts that a list in them holds: by a full-text index without contents, which costs the writer
// a tenth of a table of all pairs of text and document.
import type { Condition } from './sqlite-condition';

export interface LaidTerms {
  readonly path: string;
  /** The full-text index; its row ids are the numbers that the documents' ids are. */
  readonly table: string;
}

/** A text as one token: the tokenizer ignores the case of ASCII letters, and ends a token at any other sign. */
const OTHERS = /[^0-9a-z\u0080-\uffff#=_]/g;
const token = (text: string): string =>
  text.replace(OTHERS, (sign) => `^${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);

export const termsTable = ({ table }: LaidTerms): string =>
  `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING fts5(terms, content='', contentless_delete=1, detail=none,` +
  ` tokenize="ascii tokenchars '#=_^'")`;

/** What stands in the index for a list; undefined where there is nothing to find. */
export function tokensOf(value: unknown): string | undefined {
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : [];
  return texts.length === 0 ? undefined : texts.map(token).join(' ');
}

/** The id of a document by its number, and the number by its id. */
export const rowIdOf = (id: string): bigint => BigInt(id);
const ID = `printf('%020d', rowid)`;

const matchOf = (texts: readonly string[]): string =>
  [...new Set(texts)].map((text) => `"${token(text)}"`).join(' AND ');

/** A select of the ids, as `found`, of documents whose list has all of some texts. */
export const idsWith = ({ table }: LaidTerms, texts: readonly string[]): Condition => ({
  sql: `SELECT ${ID} AS found FROM ${table} WHERE ${table} MATCH ?`,
  values: [matchOf(texts)],
  exact: true,
});

/** Whether no more than `most` documents have all of some texts. */
export function areFew(
  { table }: LaidTerms,
  texts: readonly string[],
  most: number,
  rows: (sql: string, values: readonly unknown[]) => unknown[][],
): boolean {
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ${most + 1})`;
  return Number(rows(sql, [matchOf(texts)])[0]?.[0]) <= most;
}
