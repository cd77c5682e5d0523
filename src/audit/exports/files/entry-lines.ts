// The lines of an export: CSV with labels for people, JSON Lines for machines.
import { BYTE_ORDER_MARK, cell, csvLine } from '../../../files/csv-cells';
import { shownEntry, type ToldEntry } from '../../entry-values';
import type { AuditExportRequest } from '../audit-export.events';
import { employeeColumns, entryColumns, type EntryColumn } from './entry-columns';

export interface EntryLines {
  /** What the file begins with. */
  readonly head: string;
  readonly lineOf: (entry: ToldEntry) => string;
}

export function linesFor({
  kind,
  format,
  shows,
}: Pick<AuditExportRequest, 'kind' | 'format' | 'shows'>): EntryLines {
  if (format === 'jsonl') return { head: '', lineOf: (entry) => `${JSON.stringify(shownEntry(entry))}\n` };
  const columns = kind === 'entries' ? entryColumns(shows.details) : employeeColumns(shows.details);
  return {
    head: BYTE_ORDER_MARK + csvLine(columns.map(({ header }) => header)),
    lineOf: (entry) => lineOf(columns, entry),
  };
}

function lineOf(columns: readonly EntryColumn[], entry: ToldEntry): string {
  let line = '';
  for (const { valueOf } of columns) line += `${line === '' ? '' : ','}${cell(valueOf(entry) ?? '')}`;
  return `${line}\r\n`;
}
