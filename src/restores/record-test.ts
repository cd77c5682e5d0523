// Filter groups judged on a record as it is at a position, with the same meaning as a search has.
import { keysOf } from '../../projections/record-keys';
import { numberOf, recordDocumentId } from '../../projections/records';
import type { PropertyDefinition } from '../crm/properties/property.events';
import { groupsFilter, type FilterGroup } from '../crm/search/search';
import type { RecordAt } from '../point-in-time/record-at';
import type { Doc, Filter } from '../read/document-store';
import { matcher } from '../read/stores/matcher';
import type { RestoreFilterGroup } from './restore.events';

/** Refuses unknown properties and operands that do not fit. */
export const filterOf = (
  objectType: string,
  definitions: ReadonlyMap<string, PropertyDefinition>,
  groups: readonly RestoreFilterGroup[],
): Filter | undefined => groupsFilter(objectType, definitions, groups as readonly FilterGroup[]);

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
