// Translates one filter of a search into a filter of the read model. Pure.
import type { Filter, Operators } from '../../read/document-store';
import { Refusal } from '../../refusals';
import { recordDocumentId, recordIdRange, ID_DIGITS } from '../records/record.vocabulary';
import type { PropertyDefinition } from '../properties/property.events';
import { MOST_VALUES } from '../limits';
import { excessOf, oneChoice, oneOf, oneOfPhones, someChosen, tokenFilter } from './search-text';
import type { SearchFilter } from './filter-groups';
import { canonical } from '../properties/values/values';
import { comparisonOf } from '../properties/values/sameness.vocabulary';
import { INDEXED_LENGTH, keyForm, keyPath, OWNER, OWNER_PATH } from './search-key.vocabulary';

/** A filter with the definition of its property and its place in the request. */
export interface Placed {
  readonly objectType: string;
  readonly definition: PropertyDefinition;
  readonly filter: SearchFilter;
  readonly at: string;
  /** Ids of the only records that can match, where reservations of unique values tell them. */
  readonly holders?: readonly string[] | undefined;
}

const MODIFIED = 'values.hs_lastmodifieddate';
/**
 * Where a document keeps a property's value. A contact's two times of change are always equal, and one of them is
 * indexed.
 */
export const pathOf = (objectType: string, name: string): string =>
  objectType === 'contacts' && name === 'lastmodifieddate' ? MODIFIED : `values.${name}`;

/** Where a document keeps a property's value in a form whose order is that of the values. */
export function orderedPath(objectType: string, { name, type }: PropertyDefinition): string {
  if (name === 'hs_object_id') return 'id';
  if (type === 'number') return `numbers.${name}`;
  // An index holds values in upper case, in which dates and times are kept anyway.
  const key = type === 'date' || type === 'datetime' ? keyPath(objectType, name) : undefined;
  return key ?? pathOf(objectType, name);
}

/** Refuses operands that do not fit with `input-invalid`, naming filter, property and operator. */
export function filterOf(placed: Placed): Filter {
  const { objectType, definition, filter } = placed;
  const path = pathOf(objectType, definition.name);
  const not = (wanted: Filter): Filter => ({ $and: [{ [path]: { $exists: true } }, negated(wanted)] });
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return { [path]: { $exists: true } };
    case 'NOT_HAS_PROPERTY':
      return { [path]: { $exists: false } };
    case 'EQ':
      return held(placed, equalTo(placed, [given(placed, 'value')]));
    case 'NEQ':
      return not(equalTo(placed, [given(placed, 'value')]));
    case 'IN':
      return held(placed, isMultiple(definition) ? anyChosen(placed, path) : equalTo(placed, list(placed)));
    case 'NOT_IN':
      return not(isMultiple(definition) ? anyChosen(placed, path) : equalTo(placed, list(placed)));
    case 'BETWEEN':
      return { $and: [bound(placed, '$gte', 'value'), bound(placed, '$lte', 'highValue')] };
    case 'LT':
    case 'LTE':
    case 'GT':
    case 'GTE':
      return bound(placed, BOUNDS[filter.operator], 'value');
    case 'CONTAINS_TOKEN':
      return { $and: tokenFilter(definition.name, words(placed)) };
    case 'NOT_CONTAINS_TOKEN':
      return not({ $and: tokenFilter(definition.name, words(placed)) });
  }
}

/** Negates conditions on single paths that are joined by `$and` or `$or`: no other filters come here. */
function negated(filter: Filter): Filter {
  const parts = Object.entries(filter).map(([key, term]): Filter => {
    if (key === '$and') return { $or: (term as readonly Filter[]).map(negated) };
    if (key === '$or') return { $and: (term as readonly Filter[]).map(negated) };
    return {
      [key]:
        typeof term === 'object' && term !== null ? { $not: term as Operators } : { $ne: term as string },
    };
  });
  return parts.length === 1 ? parts[0]! : { $or: parts };
}

const held = ({ objectType, holders }: Placed, filter: Filter): Filter =>
  holders
    ? { $and: [{ id: { $in: holders.map((id) => recordDocumentId(objectType, id)) } }, filter] }
    : filter;

const isText = ({ type }: PropertyDefinition): boolean =>
  type === 'string' || type === 'enumeration' || type === 'phone_number' || type === 'json';

const isMultiple = ({ type, fieldType }: PropertyDefinition): boolean =>
  type === 'enumeration' && fieldType === 'checkbox';

/** The value is one of `texts`. Where a property holds several options, their order does not matter. */
function equalTo(placed: Placed, texts: readonly string[]): Filter {
  const { objectType, definition } = placed;
  if (!isText(definition)) {
    const values = texts.map((text) => operandOf(placed, text));
    return {
      [orderedPath(objectType, definition)]: values.length === 1 ? { $eq: values[0]! } : { $in: values },
    };
  }
  // An owner's id is a number: it has no case.
  if (definition.name === OWNER && texts.every((text) => /^\d+$/.test(text)))
    return { [OWNER_PATH]: texts.length === 1 ? { $eq: texts[0]! } : { $in: texts } };
  const { name } = definition;
  if (isMultiple(definition)) return { [pathOf(objectType, name)]: oneChoice(texts.flatMap(orders)) };
  const byText = comparisonOf(definition) === 'phone' ? oneOfPhones(name, texts) : oneOf(name, texts);
  const key = keyPath(objectType, name);
  if (key === undefined) return byText;
  const keys = texts.map((text) => keyForm(name, text));
  const indexed = { [key]: keys.length === 1 ? { $eq: keys[0]! } : { $in: keys } };
  return keys.some((text) => text.length === INDEXED_LENGTH) ? { $and: [indexed, byText] } : indexed;
}

/** At least one of the options that the filter names is chosen. */
function anyChosen(placed: Placed, path: string): Filter {
  const values = new Set(list(placed).flatMap(partsOf));
  if (values.size > MOST_VALUES)
    throw refused(placed, `may name at most ${MOST_VALUES}, those that ; parts included`, 'values');
  // The filter has only semicolons and blanks: nothing can match.
  return values.size === 0 ? { $or: [] } : { [path]: someChosen([...values]) };
}

const MOST_PERMUTED = 4;
/** Room for four of the longest option values, with the semicolons between them. */
const LONGEST_PERMUTED = 2_003;

const partsOf = (text: string): string[] =>
  [...new Set(text.split(';').map((part) => part.trim()))].filter((part) => part !== '');

/**
 * The options of a value in every order, each as the value that would be kept; only the given order where there are too
 * many.
 */
function orders(text: string): string[] {
  const parts = partsOf(text);
  if (parts.length > MOST_PERMUTED || text.length > LONGEST_PERMUTED) return [parts.join(';')];
  const all = (left: readonly string[]): string[][] =>
    left.length < 2
      ? [[...left]]
      : left.flatMap((one) => all(left.filter((other) => other !== one)).map((rest) => [one, ...rest]));
  return all(parts).map((order) => order.join(';'));
}

type Operand = 'value' | 'highValue';
type Bound = '$lt' | '$lte' | '$gt' | '$gte';
const BOUNDS = { LT: '$lt', LTE: '$lte', GT: '$gt', GTE: '$gte' } as const;

/**
 * Compares with an operand. A date stands for the midnight it begins with, so a time of day as operand is reduced to
 * its day.
 */
function bound(placed: Placed, operator: Bound, operand: Operand): Filter {
  const { objectType, definition } = placed;
  const path = orderedPath(objectType, definition);
  const text = given(placed, operand);
  if (definition.type === 'date') {
    const time = canonical({ ...definition, type: 'datetime' }, text);
    if (time.ok && time.value && !time.value.endsWith('T00:00:00.000Z')) {
      const reached = operator === '$gt' || operator === '$gte' ? '$gt' : '$lte';
      return { [path]: { [reached]: time.value.slice(0, 10) } };
    }
  }
  return { [path]: { [operator]: operandOf(placed, text, operand) } };
}

function operandOf(placed: Placed, text: string, operand: Operand = 'value'): string | number {
  const { definition } = placed;
  if (definition.name === 'hs_object_id') return idOperand(placed, text, operand);
  switch (definition.type) {
    case 'number':
    case 'date':
    case 'datetime':
    case 'bool': {
      const form = canonical(definition, text);
      if (!form.ok || form.value === null)
        throw refused(placed, `does not fit type ${definition.type}`, operand);
      return definition.type === 'number' ? Number(form.value) : form.value;
    }
    case 'string':
    case 'enumeration':
    case 'phone_number':
    case 'json':
      return text;
  }
}

/** A number as a key of records to compare with, whether it is a record's id or only lies between two ids. */
function idOperand(placed: Placed, text: string, operand: Operand): string {
  const form = canonical(placed.definition, text);
  if (!form.ok || form.value === null) throw refused(placed, 'does not fit type number', operand);
  const [, sign, whole = '', fraction = ''] = NUMBER.exec(form.value) ?? [];
  const { $gte: first } = recordIdRange(placed.objectType);
  if (sign) return first;
  // A number with more digits than any id lies behind all keys.
  if (whole.length > ID_DIGITS) return `${first}:`;
  return recordDocumentId(placed.objectType, whole) + fraction;
}

/** A number without leading zeros, and without zeros at the end of its fraction. */
const NUMBER = /^(-?)0*(\d*)(?:(\.\d*[1-9])0*|\.0*)?$/;

function given(placed: Placed, operand: Operand): string {
  const text = placed.filter[operand];
  if (text === undefined || text === '') throw refused(placed, 'is missing', operand);
  return text;
}

/** The words that a value must contain. */
function words(placed: Placed): string {
  const value = given(placed, 'value');
  const excess = excessOf(value);
  if (excess !== undefined) throw refused(placed, excess);
  return value;
}

function list(placed: Placed): readonly string[] {
  const { values } = placed.filter;
  if (!values || values.length === 0) throw refused(placed, 'are missing: values is empty', 'values');
  return values;
}

function refused({ filter, at }: Placed, what: string, operand = 'value'): Refusal {
  const { propertyName, operator } = filter;
  const message = `The ${operand} of the filter ${operator} on '${propertyName.slice(0, 100)}' ${what} (${at})`;
  const context = { propertyName: [propertyName.slice(0, 100)], operator: [operator] };
  return new Refusal('input-invalid', { message, errors: [{ message, in: at, context }] });
}
