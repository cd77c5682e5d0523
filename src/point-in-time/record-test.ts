// A search's filter judged on a record as it was at a position, with the same meaning as in a search.
import { keysOf } from '../../projections/crm/record-keys';
import { numberOf, recordDocumentId } from '../../projections/crm/records';
import type { Doc, Filter } from '../read/document-store';
import { matcher } from '../read/filters/matcher';
import type { RecordAt } from './record-at';

/** The filter is made for documents of the records collection: a record of another position is given their form. */
export function recordTest(filter: Filter): (record: RecordAt) => boolean {
  const test = matcher(filter);
  return (record) => test(documentOf(record));
}

function documentOf(record: RecordAt): Doc {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(record.values)) {
    const number = name === 'hs_object_id' ? undefined : numberOf(value);
    if (number !== undefined) numbers[name] = number;
  }
  const keys = keysOf(record.objectType, record.values);
  const document = { ...record, id: recordDocumentId(record.objectType, record.recordId), numbers, keys };
  return document;
}
