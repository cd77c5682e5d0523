// What a property definition made over the API must be like. Pure.
import { Refusal } from '../../refusals';
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

/** What is said once, at creation; where nothing was said, this was meant. */
const FIXED = {
  name: undefined,
  hasUniqueValue: false,
  dataSensitivity: 'non_sensitive',
  externalOptions: false,
  referencedObjectType: undefined,
} as const;

/** A change as it is asked for, without what may only be repeated; refuses with `property-invalid` to change that. */
export function withoutFixed(
  definition: PropertyDefinition,
  asked: Partial<PropertyDefinition>,
): Partial<PropertyDefinition> {
  const fixed = Object.keys(FIXED) as (keyof typeof FIXED)[];
  for (const field of fixed)
    if (asked[field] !== undefined && asked[field] !== (definition[field] ?? FIXED[field]))
      throw refused(field, 'cannot be changed');
  const { type } = asked;
  // Values are compared by their type: those reserved so far would be held in another form.
  if (definition.hasUniqueValue && type !== undefined && type !== definition.type)
    throw refused('type', 'of a unique property cannot be changed');
  const open = Object.entries(asked).filter(([field]) => !Object.hasOwn(FIXED, field));
  return Object.fromEntries(open);
}

/** Strata keeps what it is given: it does not compute values, and says so instead of leaving them empty. */
export function refuseFormula(fieldType: string | undefined, formula: string | undefined): void {
  if (formula !== undefined)
    throw refused('calculationFormula', 'is not possible: values are not calculated');
  if (fieldType === 'calculation_equation')
    throw refused('fieldType', 'calculation_equation is not possible: values are not calculated');
}

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

/** Options as they are kept: those without an order come in the order they were sent in. */
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
