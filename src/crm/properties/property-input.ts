// Makes property definitions, and changes of definitions, from the bodies of requests.
import { keptOptions, refuseFormula } from './property-check';
import type { CreateInput, UpdateInput } from './property.bodies';
import type { PropertyDefinition } from './property.events';

/** Refuses a definition with a formula with `property-invalid`. */
export function definitionOf(input: CreateInput): PropertyDefinition {
  refuseFormula(input.fieldType, input.calculationFormula);
  return {
    ...said(input),
    ...{ name: input.name, label: input.label, type: input.type, fieldType: input.fieldType },
    ...{ groupName: input.groupName, description: input.description, options: keptOptions(input.options) },
    ...{ displayOrder: input.displayOrder, hidden: input.hidden, formField: input.formField },
    ...{ hasUniqueValue: input.hasUniqueValue, dataSensitivity: input.dataSensitivity },
    readOnlyValue: false,
  };
}

/**
 * The fields that a change names, including those that it may only repeat. Refuses a formula with `property-invalid`.
 */
export function changeOf(input: UpdateInput): Partial<PropertyDefinition> {
  refuseFormula(input.fieldType, input.calculationFormula);
  return { ...said(input), ...(input.options && { options: keptOptions(input.options) }) };
}

const FIELDS = [
  ...['name', 'label', 'type', 'fieldType', 'groupName', 'description', 'displayOrder', 'hidden'],
  ...['formField', 'hasUniqueValue', 'dataSensitivity', 'externalOptions', 'referencedObjectType'],
  ...['currencyPropertyName', 'numberDisplayHint', 'textDisplayHint', 'showCurrencySymbol'],
];

const said = (input: object): Partial<PropertyDefinition> =>
  Object.fromEntries(
    Object.entries(input).filter(([name, value]) => FIELDS.includes(name) && value !== undefined),
  );
