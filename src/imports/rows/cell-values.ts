// Reads the cells of a column as values of its property, or says what was expected in place of one. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { problem } from '../../crm/properties/values/value-check';
import { comparisonOf, type Comparison } from '../../crm/properties/values/sameness.vocabulary';
import { canonical, type ValueProblem } from '../../crm/properties/values/values';
import type { NamedOwner } from '../../owners/owners';
import { choiceOf, optionsListed } from './cell-choices';
import { dateExpected, dateOf, isOneDay, type DateFormat } from './import-dates';
import { decimalOf, numberExpected, type NumberFormat } from './import-numbers';

/** HubSpot's names of errors in a value. */
export const valueErrors: Readonly<Record<string, string>> = {
  PROPERTY_DOESNT_EXIST: 'PROPERTY_DEFINITION_NOT_FOUND',
  REQUIRED_PROPERTY: 'MISSING_REQUIRED_PROPERTY',
  INVALID_LENGTH: 'COLUMN_TOO_LARGE',
  INVALID_NUMBER: 'COULD_NOT_PARSE_NUMBER',
  INVALID_DATE: 'COULD_NOT_PARSE_DATE',
  INVALID_DATETIME: 'COULD_NOT_PARSE_DATE',
  INVALID_OPTION: 'INVALID_ENUMERATION_OPTION',
  INVALID_BOOLEAN: 'INVALID_ENUMERATION_OPTION',
  INVALID_OWNER: 'COULD_NOT_FIND_OWNER',
  INVALID_EMAIL: 'INVALID_EMAIL',
  INVALID_DOMAIN: 'INVALID_DOMAIN',
  VALUE_TAKEN: 'DUPLICATE_UNIQUE_PROPERTY_VALUE',
};

/** How the cells of an import are written. */
export interface CellForms {
  /** HubSpot's usual order where it is left out. */
  readonly dateFormat: DateFormat | undefined;
  /** A plain number where it is left out. */
  readonly numberFormat: NumberFormat | undefined;
  readonly owners: readonly NamedOwner[];
}

/** What is wrong with a cell, without quoting it, and what it was to be. */
export interface CellProblem {
  /** One of HubSpot's error types. */
  readonly type: string;
  readonly message: string;
  readonly expected: string;
  /** Options of the property. */
  readonly options?: readonly string[];
}

export type CellValue = { readonly value: string } | { readonly problem: CellProblem };

/** `unsure`: the column holds dates in several orders, and which one is meant is not known. */
export type ReadCell = (cell: string, unsure?: boolean) => CellValue;

/** How the cells of a property's column are read. */
export function cellReader(property: PropertyDefinition, forms: CellForms): ReadCell {
  const { name, type } = property;
  const choose = choiceOf(property, forms.owners);
  const isOwner = property.referencedObjectType === 'OWNER';
  const wrong = (code: ValueProblem | 'INVALID_OWNER'): CellValue => ({
    problem: {
      type: valueErrors[code] ?? 'FAILED_VALIDATION',
      message: problem(name, code).message,
      expected: expectedOf(property, forms),
      ...(choose && !isOwner && { options: optionsListed(property) }),
    },
  });
  const judged = (value: string | undefined, code: ValueProblem): CellValue => {
    if (value === undefined) return wrong(code);
    const result = canonical(property, value);
    return result.ok ? { value } : wrong(result.code);
  };
  switch (type) {
    case 'enumeration':
    case 'bool':
      return (cell) => {
        const value = choose!(cell);
        return value === undefined ? wrong(isOwner ? 'INVALID_OWNER' : 'INVALID_OPTION') : { value };
      };
    case 'number':
      return (cell) => judged(numberOf(cell, forms.numberFormat), 'INVALID_NUMBER');
    case 'date':
    case 'datetime':
      return (cell, unsure) =>
        judged(
          unsure && !isOneDay(cell) ? undefined : dateOf(cell, forms.dateFormat),
          type === 'date' ? 'INVALID_DATE' : 'INVALID_DATETIME',
        );
    case 'string':
    case 'phone_number':
    case 'json':
      return (cell) => judged(cell, 'INVALID_CHARACTERS');
  }
}

/** A point that the import does not take for a decimal one must not become one: there is no other reading then. */
function numberOf(cell: string, format: NumberFormat | undefined): string | undefined {
  if (format === undefined) return cell;
  return decimalOf(cell, format) ?? (format === 'DECIMAL_POINT' ? cell : undefined);
}

const TEXTS: Readonly<Partial<Record<Comparison, string>>> = {
  email: 'an e-mail address',
  domain: 'a domain, such as example.com',
};

function expectedOf(property: PropertyDefinition, forms: CellForms): string {
  const { type, fieldType, referencedObjectType } = property;
  switch (type) {
    case 'number':
      return numberExpected(forms.numberFormat);
    case 'date':
    case 'datetime':
      return dateExpected(forms.dateFormat);
    case 'bool':
      return 'yes or no, true or false, 1 or 0';
    case 'enumeration':
      if (referencedObjectType === 'OWNER') return 'the id, the e-mail address or the name of an owner';
      return fieldType === 'checkbox' ? 'options, separated by ;' : 'one of the options';
    case 'phone_number':
      return 'a phone number';
    case 'json':
      return 'JSON';
    case 'string':
      return TEXTS[comparisonOf(property)] ?? 'at most 65,536 characters of well-formed Unicode';
  }
}
