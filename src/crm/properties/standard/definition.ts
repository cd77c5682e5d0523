// The short form in which the standard properties are written down, one line for each.
import { SOURCES } from '../../records/record-stamps.vocabulary';
import type { PropertyDefinition, PropertyOption, PropertyType } from '../property.events';

/** Property type and field type for each kind that a line names. */
const KINDS = {
  text: ['string', 'text'],
  area: ['string', 'textarea'],
  html: ['string', 'html'],
  phone: ['string', 'phonenumber'],
  number: ['number', 'number'],
  date: ['date', 'date'],
  datetime: ['datetime', 'date'],
  bool: ['bool', 'booleancheckbox'],
  select: ['enumeration', 'select'],
  radio: ['enumeration', 'radio'],
  checkbox: ['enumeration', 'checkbox'],
} as const satisfies Record<string, readonly [PropertyType, string]>;
export type Kind = keyof typeof KINDS;

export const yesNo: readonly PropertyOption[] = [
  { label: 'Yes', value: 'true', displayOrder: 0, hidden: false },
  { label: 'No', value: 'false', displayOrder: 1, hidden: false },
];

/** Options from `value: label` pairs, in their order. */
export const options = (pairs: Readonly<Record<string, string>>): readonly PropertyOption[] =>
  Object.entries(pairs).map(([value, label], displayOrder) => ({
    label,
    value,
    displayOrder,
    hidden: false,
  }));

/** Options from pairs in a list: in an object, values that are digits would come first. */
export const optionList = (pairs: readonly (readonly [string, string])[]): readonly PropertyOption[] =>
  pairs.map(([value, label], displayOrder) => ({ label, value, displayOrder, hidden: false }));

export function define(
  groupName: string,
  kind: Kind,
  name: string,
  label: string,
  more: Partial<PropertyDefinition> = {},
): PropertyDefinition {
  const [type, fieldType] = KINDS[kind];
  return {
    name,
    label,
    type,
    fieldType,
    groupName,
    description: '',
    options: kind === 'bool' ? yesNo : [],
    displayOrder: -1,
    hasUniqueValue: false,
    hidden: false,
    formField: false,
    dataSensitivity: 'non_sensitive',
    readOnlyValue: false,
    ...more,
  };
}

const readOnly = { readOnlyValue: true } as const;

/** The properties that every object type has; only the owner can be written. */
export const automatic = (group: string): PropertyDefinition[] => [
  define(group, 'number', 'hs_object_id', 'Record ID', readOnly),
  define(group, 'datetime', 'createdate', 'Create Date', readOnly),
  define(group, 'datetime', 'hs_lastmodifieddate', 'Last Modified Date', readOnly),
  define(group, 'select', 'hubspot_owner_id', 'Owner', {
    externalOptions: true,
    referencedObjectType: 'OWNER',
  }),
  define(group, 'text', 'hs_merged_object_ids', 'Merged record IDs', readOnly),
  define(group, 'text', 'hs_object_source', 'Record creation source', readOnly),
  define(group, 'text', 'hs_object_source_id', 'Record creation source ID', readOnly),
  define(group, 'select', 'hs_object_source_label', 'Record source', {
    ...readOnly,
    options: options(SOURCES),
  }),
  define(group, 'number', 'hs_created_by_user_id', 'Created by user ID', readOnly),
  define(group, 'number', 'hs_updated_by_user_id', 'Updated by user ID', readOnly),
];

export const readOnlyDatetime = (group: string, name: string, label: string): PropertyDefinition =>
  define(group, 'datetime', name, label, readOnly);
