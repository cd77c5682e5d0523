// Checks a property definition that is made over the API. Pure.
import { Refusal } from '../../refusals';
import type { PropertyDefinition, PropertyOption, PropertyType } from './property.events';
import { yesNo } from './standard/definition';
import { comparisonOf } from './values/sameness.vocabulary';

const NAME = /^[a-z][a-z0-9_]{0,99}$/;
/** The only name of this form that every JavaScript object has: reading it where there is no value would give one. */
const RESERVED = 'constructor';

/** The field types of each property type; the first is the usual one. */
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

/** Gives a bool property that was sent without options the options `true` and `false`. */
export const withOptions = (definition: PropertyDefinition): PropertyDefinition =>
  definition.type === 'bool' && definition.options.length === 0
    ? { ...definition, options: yesNo }
    : definition;

/** Fields that are set at creation and never change, each with the value it has where none was sent. */
const FIXED = {
  name: undefined,
  hasUniqueValue: false,
  dataSensitivity: 'non_sensitive',
  externalOptions: false,
  referencedObjectType: undefined,
} as const;

/**
 * A change without the fields of `FIXED`, which it may repeat. Refuses with `property-invalid` to change one of them,
 * or the type of a unique property.
 */
export function withoutFixed(
  definition: PropertyDefinition,
  asked: Partial<PropertyDefinition>,
): Partial<PropertyDefinition> {
  const fixed = Object.keys(FIXED) as (keyof typeof FIXED)[];
  for (const field of fixed)
    if (asked[field] !== undefined && asked[field] !== (definition[field] ?? FIXED[field]))
      throw refused(field, 'cannot be changed');
  const { type } = asked;
  // Unique values are compared by their type: with another type, the values reserved so far would be held in another
  // form.
  if (definition.hasUniqueValue && type !== undefined && type !== definition.type)
    throw refused('type', 'of a unique property cannot be changed');
  if (definition.hasUniqueValue && comparisonOf({ ...definition, ...asked }) !== comparisonOf(definition))
    throw refused('fieldType', 'of a unique property cannot be changed to or from phonenumber');
  const open = Object.entries(asked).filter(([field]) => !Object.hasOwn(FIXED, field));
  return Object.fromEntries(open);
}

/**
 * Refuses a formula with `property-invalid`: values are not calculated, and saying so is better than leaving them
 * empty.
 */
export function refuseFormula(fieldType: string | undefined, formula: string | undefined): void {
  if (formula !== undefined)
    throw refused('calculationFormula', 'is not possible: values are not calculated');
  if (fieldType === 'calculation_equation')
    throw refused('fieldType', 'calculation_equation is not possible: values are not calculated');
}

/** Refuses a definition that cannot be with `property-invalid`, naming the field. */
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
  checkOwners(definition);
  checkOptions(definition);
}

function checkOwners({ type, options, externalOptions, referencedObjectType }: PropertyDefinition): void {
  if (referencedObjectType !== undefined && referencedObjectType !== 'OWNER')
    throw refused('referencedObjectType', 'must be OWNER');
  if ((externalOptions === true) !== (referencedObjectType === 'OWNER'))
    throw refused('externalOptions', 'must be true where referencedObjectType is OWNER, and there only');
  if (!externalOptions) return;
  if (type !== 'enumeration') throw refused('externalOptions', 'is possible where type is enumeration');
  if (options.length > 0) throw refused('options', 'of owners are not part of the definition');
}

function checkOptions({ type, fieldType, options }: PropertyDefinition): void {
  if (type !== 'enumeration' && type !== 'bool') {
    if (options.length > 0) throw refused('options', `are not possible where type is ${type}`);
    return;
  }
  const values = options.map(({ value }) => value);
  const seen = new Set<string>();
  const twice = values.findIndex((value) => seen.size === seen.add(value).size);
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

/** Options in the form in which they are kept: an option without a display order gets its place in the list. */
export const keptOptions = (
  options: readonly {
    label: string;
    value: string;
    hidden?: boolean | undefined;
    displayOrder?: number | undefined;
    description?: string | null | undefined;
  }[],
): PropertyOption[] =>
  options.map(({ label, value, hidden, displayOrder, description }, index) => ({
    label,
    value,
    displayOrder: displayOrder ?? index,
    hidden: hidden ?? false,
    ...(typeof description === 'string' && { description }),
  }));
