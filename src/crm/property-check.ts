// What a property definition made over the API must be like. Pure.
import { Refusal } from '../refusals';
import type { PropertyDefinition, PropertyOption, PropertyType } from './property.events';
import { yesNo } from './standard/definition';

const NAME = /^[a-z][a-z0-9_]{0,99}$/;
/** The one name of this form that every JavaScript object has: read where there is no value, it would give one. */
const RESERVED = 'constructor';

/** The first of each is what a definition without one gets. */
export const fieldTypes: Readonly<Record<PropertyType, readonly string[]>> = {
  string: ['text', 'textarea', 'html', 'phonenumber', 'file'],
  number: ['number', 'text'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox'],
  bool: ['booleancheckbox', 'select', 'radio'],
  phone_number: ['phonenumber', 'text'],
  json: ['text', 'textarea'],
};

const UNIQUE_TYPES: readonly PropertyType[] = ['string', 'number'];

/** A bool has its two options whatever was sent. */
export const withOptions = (definition: PropertyDefinition): PropertyDefinition =>
  definition.type === 'bool' && definition.options.length === 0
    ? { ...definition, options: yesNo }
    : definition;

/** Refuses with `property-invalid`, naming the field. */
export function checkDefinition(definition: PropertyDefinition): void {
  const { name, type, fieldType, hasUniqueValue } = definition;
  if (!NAME.test(name))
    throw refused(
      'name',
      'must begin with a small letter and hold small letters, digits and _ only, at most 100',
    );
  if (name === RESERVED) throw refused('name', 'is reserved');
  if (!fieldTypes[type].includes(fieldType))
    throw refused('fieldType', `must be one of ${fieldTypes[type].join(', ')} where type is ${type}`);
  if (hasUniqueValue && !UNIQUE_TYPES.includes(type))
    throw refused('hasUniqueValue', `is possible where type is ${UNIQUE_TYPES.join(' or ')}`);
  checkOptions(definition);
}

function checkOptions({ type, fieldType, options }: PropertyDefinition): void {
  if (type !== 'enumeration' && type !== 'bool') {
    if (options.length > 0) throw refused('options', `are not possible where type is ${type}`);
    return;
  }
  const values = options.map(({ value }) => value);
  const twice = values.findIndex((value, index) => values.indexOf(value) !== index);
  if (twice >= 0) throw refused(`options[${twice}].value`, 'is there twice');
  if (type === 'bool' && !(values.length === 2 && values.includes('true') && values.includes('false')))
    throw refused('options', 'of a bool must be true and false');
  const wrong = values.findIndex(
    (value) => value.trim() !== value || (fieldType === 'checkbox' && value.includes(';')),
  );
  if (wrong >= 0) throw refused(`options[${wrong}].value`, 'may not hold ; or begin or end with a blank');
}

function refused(field: string, what: string): Refusal {
  const message = `${field} ${what}`;
  return new Refusal('property-invalid', { message, errors: [{ message, in: field }] });
}

/** Options as they are kept: those without an order come in the order they were sent in. */
export const keptOptions = (
  options: readonly {
    label: string;
    value: string;
    hidden?: boolean | undefined;
    displayOrder?: number | undefined;
    description?: string | undefined;
  }[],
): PropertyOption[] =>
  options.map(({ label, value, hidden, displayOrder, description }, index) => ({
    label,
    value,
    displayOrder: displayOrder ?? index,
    hidden: hidden ?? false,
    ...(description !== undefined && { description }),
  }));
