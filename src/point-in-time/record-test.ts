// Tests a record as it was at a position by the filter of a search, with the same meaning as in a search.
import { formsOf, keysOf } from '../crm/search/search-key.vocabulary';
import { numberIn, recordDocumentId } from '../crm/records/record.vocabulary';
import type { Doc, Filter } from '../read/document-store';
import { matcher } from '../read/filters/matcher';
import type { RecordAt } from './record-at';

/** The filter is one for documents of the records collection: the record is given the form of such a document. */
export function recordTest(filter: Filter): (record: RecordAt) => boolean {
  const test = matcher(filter);
  return (record) => test(documentOf(record));
}

/** The record in the form of a document of the records collection. */
export function documentOf(record: RecordAt): Doc {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(record.values)) {
    const number = numberIn(name, value);
    if (number !== undefined) numbers[name] = number;
  }
  const keys = keysOf(record.objectType, record.values);
  const forms = formsOf(record.values);
  const document = {
    ...record,
    id: recordDocumentId(record.objectType, record.recordId),
    numbers,
    forms,
    keys,
  };
  return document;
}
