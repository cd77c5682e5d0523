// Checks record ids in cells. Spreadsheets spoil long numbers: `1.23457E+15`, or a 0 as the last of 16 digits. Ids of
// today are short enough to survive, older ones are not; a spoilt id may be that of another record.
import { ID_DIGITS, isRecordId } from '../../crm/records/record.vocabulary';
import type { CsvRow } from './csv-parser';
import type { FilePlan } from './import-plan';

/** Stands between the ids in one cell. */
export const SEPARATOR = ';';

const POWER_OF_TEN = /^\d(?:[.,]\d+)?[eE]\+?\d+$/;
const ROUNDED = 'The record id has been rounded by a spreadsheet: it may be that of another record';

/** What is wrong with an id of a column, without quoting it; undefined where the id is well-formed. */
export function idProblem({ rounded }: FilePlan, column: number, id: string): string | undefined {
  if (POWER_OF_TEN.test(id) || (rounded?.has(column) && isLong(id))) return ROUNDED;
  return isRecordId(id) ? undefined : 'The record id is not a number';
}

const isLong = (id: string): boolean => id.length === ID_DIGITS && isRecordId(id);

/**
 * One id of 16 digits in five ends with a 0: if this many do and no other id is there, a spreadsheet has rounded them.
 */
const TELLING = 8;
const LOOKED_AT = 10_000;

/**
 * The columns of a file whose ids of 16 digits all end with a 0, judged by the beginning of the file. `rows` opens the
 * file, and is called only where it is read: what is opened and never begun stays open.
 */
export async function roundedColumns(
  plan: FilePlan,
  rows: () => AsyncIterable<CsvRow>,
): Promise<ReadonlySet<number>> {
  const seen = new Map(columnsOfIds(plan).map((column) => [column, 0]));
  for await (const { number, cells } of seen.size > 0 ? rows() : []) {
    for (const [column, count] of seen) {
      const long = (cells[column] ?? '').split(SEPARATOR).filter((id) => isLong(id.trim()));
      if (long.some((id) => !id.trim().endsWith('0'))) seen.delete(column);
      else seen.set(column, count + long.length);
    }
    if (seen.size === 0 || number >= LOOKED_AT) break;
  }
  return new Set([...seen].flatMap(([column, count]) => (count >= TELLING ? [column] : [])));
}

const columnsOfIds = ({ objects, links }: FilePlan): number[] => [
  ...objects.flatMap(({ key }) => (key?.by === 'id' ? [key.index] : [])),
  ...links.flatMap(({ to }) => ('index' in to && to.by === 'id' ? [to.index] : [])),
];
