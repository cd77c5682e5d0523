// Reads stretches of documents as rows of a table, from their narrow table: SQLite joins the cells, and JavaScript gets one
// blob a page, which costs a tenth of parsing the documents.
import { CELL_END, PAGE_BYTES, ROW_END, type CellPage, type CellsAsked } from '../../document-store';
import type { Layout } from './sqlite-layout';
import { MOST_COLUMNS, type ScanTable } from './sqlite-scan';

/** Documents of a page: few, so that it goes through small buffers (see `text-bytes.ts`). */
const PAGE = 400;
/** Arguments of `concat`: SQLite takes 127. */
const ARGUMENTS = 100;

/** SQL that counts how many of some documents make up PAGE_BYTES, in id order; at least one. */
export const fitting = (documents: string): string => {
  const before = 'sum(octet_length(doc)) OVER (ORDER BY id) - octet_length(doc)';
  return `SELECT count(*) FROM (SELECT ${before} AS before FROM (${documents})) WHERE before < ${PAGE_BYTES}`;
};

type Read = (sql: string, values: readonly unknown[]) => unknown[][];

const blob = (byte: number) => `x'${byte.toString(16)}'`;

/** To be called in one snapshot. */
export function cellPage(
  { table, tombstones }: Layout,
  narrow: ScanTable | undefined,
  asked: CellsAsked,
  read: Read,
): CellPage | undefined {
  const cells = narrow && cellsOf(narrow, asked);
  if (!cells) return undefined;
  const { from, to } = asked;
  const range = `FROM ${table} WHERE id >= ?1 AND id < ?2 ORDER BY id`;
  const figures = (limit: number) =>
    read(
      `SELECT count(*), max(id), CAST(max(stamp) AS TEXT), sum(octet_length(doc)) FROM (SELECT * ${range} LIMIT ${limit})`,
      [from, to],
    )[0] as [count: number, last: string, stamp: string, bytes: number];
  let [count, last, stamp, bytes] = figures(PAGE);
  if (count > 1 && bytes > PAGE_BYTES) {
    const [[fits]] = read(fitting(`SELECT id, doc ${range} LIMIT ${PAGE}`), [from, to]) as [[number]];
    [count, last, stamp, bytes] = figures(fits);
  }
  if (count === 0) return undefined;
  const [[gone]] = read(`SELECT CAST(max(stamp) AS TEXT) FROM ${tombstones} WHERE id >= ?1 AND id <= ?2`, [
    from,
    last,
  ]) as [[string | null]];
  const live = `FILTER (WHERE ${cells.live})`;
  const ids = asked.withIds ? `json_group_array(id) ${live}` : `'[]'`;
  const [[all, rows, text, listed]] = read(
    `SELECT count(*), count(*) ${live}, CAST(group_concat(${cells.row}, '') ${live} AS BLOB), ${ids}
     FROM (SELECT * FROM ${narrow.table} WHERE id >= ?1 AND id <= ?2 ORDER BY id)`,
    [from, last],
  ) as [[number, number, Uint8Array | null, string]];
  // Values of a kind are kept apart from its first document on.
  if (all !== count) return undefined;
  return {
    last,
    stamp: gone !== null && BigInt(gone) > BigInt(stamp) ? BigInt(gone) : BigInt(stamp),
    rows,
    cells: text ?? new Uint8Array(),
    ids: JSON.parse(listed) as string[],
  };
}

/** SQL of a row's text, and of whether there is a row; undefined where the table may lack values. */
function cellsOf(
  { paths }: ScanTable,
  { paths: wanted, unless, prefix }: CellsAsked,
): { readonly row: string; readonly live: string } | undefined {
  const slots = new Map(paths.map((path, slot) => [path, `v${slot}`]));
  const isFull = paths.length >= MOST_COLUMNS;
  if (isFull && wanted.some((path) => !slots.has(path))) return undefined;
  const terms = [`ltrim(substr(id, ${prefix + 1}), '0')`];
  for (const path of wanted) terms.push(blob(CELL_END), slots.get(path) ?? "''");
  terms.push(blob(ROW_END));
  const flag = slots.get(unless);
  return { row: concat(terms), live: flag === undefined ? '1' : `${flag} IS NOT x'0501'` };
}

/** Joins by `concat`, which keeps a NUL in a value, and takes nothing for an empty text. */
function concat(terms: readonly string[]): string {
  if (terms.length <= ARGUMENTS) return `concat(${terms.join()})`;
  const groups: string[] = [];
  for (let at = 0; at < terms.length; at += ARGUMENTS) groups.push(concat(terms.slice(at, at + ARGUMENTS)));
  return concat(groups);
}
