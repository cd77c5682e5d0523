// What there is to be asked for: types, properties and ids, by the names of the fields that would hold them.
import fc from 'fast-check';
import type { Words } from './from-schema';

/** Names and ids that there are, so that what is valid also finds something. */
export interface Known {
  readonly recordIds: readonly string[];
  readonly otherIds: readonly string[];
}

const types = [
  'contacts',
  'contacts',
  'companies',
  'deals',
  'tickets',
  'products',
  '0-1',
  'contact',
  'calls',
  'tasks',
];
const properties = [
  ...[
    'email',
    'firstname',
    'lastname',
    'city',
    'createdate',
    'hs_object_id',
    'numemployees',
    'lifecyclestage',
  ],
  ...['fuzz_choice', 'fuzz_secret', 'hs_additional_emails', 'dealstage', 'pipeline', 'hubspot_owner_id'],
];
const texts = [
  'Ada',
  'ada@example.com',
  '5',
  '-1.5',
  '2024-05-01',
  '1714557600000',
  'true',
  'a;b',
  ';a',
  '',
  '*a*',
];

export const wordsOf = ({ recordIds, otherIds }: Known): Words => {
  const byField: Readonly<Record<string, readonly string[]>> = {
    ...{
      id: [...recordIds, ...otherIds],
      objectId: recordIds,
      objectIdToMerge: recordIds,
      primaryObjectId: recordIds,
    },
    ...{ ids: recordIds, inputs: recordIds, toObjectId: recordIds, recordId: recordIds },
    ...{
      objectType: types,
      fromObjectType: types,
      toObjectType: types,
      objectTypes: types,
      objectTypeId: types,
    },
    ...{
      properties,
      propertiesWithHistory: properties,
      propertyName: properties,
      propertyNames: properties,
      name: properties,
    },
    ...{
      'name of a property': properties,
      'value of a property': texts,
      value: texts,
      highValue: texts,
      values: texts,
    },
    ...{
      sorts: [...properties, '-createdate'],
      idProperty: ['email', 'hs_object_id', 'nothing'],
      after: ['0', '10', 'x'],
    },
    ...{
      associations: types,
      groupName: ['contactinformation', 'nothing'],
      scopes: ['backups', 'crm.objects.read'],
    },
    ...{ pipelineId: ['default', ...otherIds], stageId: ['appointmentscheduled', ...otherIds] },
  };
  return (field) => {
    const known = byField[field] ?? (/Id$/.test(field) ? otherIds : undefined);
    return known && known.length > 0 ? fc.constantFrom(...known) : undefined;
  };
};
