// Finds columns of dates that are written in several orders, where the import names none: 25/12/2024 beside 3/4/2024.
import type { CsvRow } from './csv-parser';
import { hasDayFirst } from './import-dates';
import type { FilePlan } from './import-plan';

const LOOKED_AT = 10_000;

/** The columns that hold a date with its day first, judged by the beginning of the file. `rows` opens the file. */
export async function unsureColumns(
  { hasDateFormat, objects }: FilePlan,
  rows: () => AsyncIterable<CsvRow>,
): Promise<ReadonlySet<number>> {
  const dates = objects
    .flatMap(({ columns }) => columns)
    .filter(({ property: { type } }) => type === 'date' || type === 'datetime')
    .map(({ index }) => index);
  const unsure = new Set<number>();
  if (hasDateFormat || dates.length === 0) return unsure;
  for await (const { number, cells } of rows()) {
    for (const column of dates) if (hasDayFirst(cells[column] ?? '')) unsure.add(column);
    if (unsure.size === dates.length || number >= LOOKED_AT) break;
  }
  return unsure;
}
