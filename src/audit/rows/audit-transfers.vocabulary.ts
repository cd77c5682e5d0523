// What the audit log says of imports and exports of records.
import type { ExportEvents } from '../../exports/export.events';
import type { ImportEvents } from '../../imports/import.events';
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, exportRow, importRow, type NoRow, REQUEST_TELLS } from '../audit-wording.vocabulary';

export type TransferEvents = ImportEvents & ExportEvents;

type Rows = {
  readonly [K in keyof TransferEvents]: ((data: TransferEvents[K]) => Described) | NoRow;
};

export const transferRows: Rows = {
  'import.requested.v1': importRow('IMPORT', 'Started an import'),
  'import.started.v1': bookkeeping(REQUEST_TELLS),
  'import.cancel-requested.v1': importRow('UPDATE', 'Asked for an import to be cancelled'),
  'import.completed.v1': importRow('UPDATE', 'An import is done'),
  'import.failed.v1': importRow('UPDATE', 'An import failed'),
  'import.cancelled.v1': importRow('UPDATE', 'An import stopped, cancelled'),

  'import.downloaded.v1': importRow('DOWNLOAD', 'Downloaded a file of an import'),
  'export.requested.v1': exportRow('EXPORT', 'Started an export'),
  'export.started.v1': bookkeeping(REQUEST_TELLS),
  'export.completed.v1': exportRow('UPDATE', 'An export is done'),
  'export.failed.v1': exportRow('UPDATE', 'An export failed'),
  'export.cancelled.v1': exportRow('UPDATE', 'Cancelled an export'),
  'export.file-expired.v1': exportRow('PURGE', "Deleted an export's file, its time being over"),
  'export.withdrawn.v1': bookkeeping('the erasure has its row'),
  'export.downloaded.v1': exportRow('DOWNLOAD', 'Downloaded an export'),
};
