// Checks the values of a write against the property definitions of the object type: all problems are told at once, each
// with its property's name.
import { Refusal, type RefusalDetail } from '../../../refusals';
import type { PropertyDefinition } from '../property.events';
import type { Values } from '../../records/record.decider';
import { isSensitive, MASK } from './sensitivity';
import { canonical, type ValueProblem } from './values';

type Definitions = ReadonlyMap<string, PropertyDefinition>;
type Problem =
  | ValueProblem
  | 'PROPERTY_DOESNT_EXIST'
  | 'READ_ONLY_VALUE'
  | 'MASKED_VALUE'
  | 'INVALID_OWNER'
  | 'INVALID_STAGE'
  | 'REQUIRED_PROPERTY';
type Problems = NonNullable<RefusalDetail['errors']>;

/** Problems in words, to follow the property's name. */
const IN_WORDS: Readonly<Record<Problem, string>> = {
  PROPERTY_DOESNT_EXIST: 'does not exist',
  READ_ONLY_VALUE: 'is read-only: its value is set by the system',
  INVALID_OWNER: 'must be the id of an owner',
  INVALID_STAGE: "must be a stage of the record's pipeline",
  MASKED_VALUE: 'may not have the mask of a value as its value',
  REQUIRED_PROPERTY: 'must have a value',
  INVALID_LENGTH: 'has a value that is too long: at most 65,536 characters',
  INVALID_CHARACTERS: 'has a value that is not well-formed Unicode',
  INVALID_NUMBER: 'must be a number',
  INVALID_DATE: 'must be a date: YYYY-MM-DD, or epoch milliseconds at midnight UTC',
  INVALID_DATETIME: 'must be a time: ISO 8601, or epoch milliseconds',
  INVALID_OPTION: 'must be one of its options',
  INVALID_BOOLEAN: 'must be true or false',
  INVALID_PHONE_NUMBER: 'must be a phone number',
  INVALID_JSON: 'must be JSON',
  INVALID_EMAIL: 'must be an e-mail address',
  INVALID_DOMAIN: 'must be a domain, such as example.com',
};

/** Shortens a property name, which is text of the client's own: an answer never carries a flood of it. */
const shown = (name: string): string => name.slice(0, 100).replace(/\p{Surrogate}/gu, '');

export const problem = (name: string, code: Problem): Problems[number] => ({
  message: `Property "${shown(name)}" ${IN_WORDS[code]}`,
  code,
  context: { propertyName: [shown(name)] },
});

/** The properties of an object type that must have a value. */
export interface Required {
  readonly names: readonly string[];
  /**
   * True for a new record, which has no values but the given ones; an existing record keeps values that are not given.
   */
  readonly creating: boolean;
}

export interface Checked {
  readonly values: Values;
  readonly problems: Problems;
}

/**
 * Whether a value adds to the options chosen already instead of replacing them: it begins with `;`, as in HubSpot's
 * API.
 */
export const addsTo = (
  definition: PropertyDefinition | undefined,
  given: string | null | undefined,
): boolean => given?.startsWith(';') === true && definition?.fieldType === 'checkbox';

/** The ids of owners in a property's value. */
const ownersOf = (
  { referencedObjectType, fieldType }: PropertyDefinition,
  value: string | null,
): string[] => {
  if (referencedObjectType !== 'OWNER' || value === null || value === '') return [];
  return fieldType === 'checkbox' ? value.split(';').map((id) => id.trim()) : [value];
};

/** The ids of owners in all values. */
export const ownersIn = (definitions: Definitions, values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    const definition = definitions.get(name);
    return definition ? ownersOf(definition, value) : [];
  });

/**
 * The valid values in canonical form, and the problems of all others. `noOwners` holds ids in the values that belong to
 * no owner.
 */
export function check(
  definitions: Definitions,
  values: Values,
  required: Required,
  noOwners: ReadonlySet<string>,
): Checked {
  const checked: Record<string, string | null> = {};
  const problems: Problems[number][] = required.names
    .filter((name) => (Object.hasOwn(values, name) ? !values[name] : required.creating))
    .map((name) => problem(name, 'REQUIRED_PROPERTY'));
  for (const [name, given] of Object.entries(values)) {
    const definition = definitions.get(name);
    if (!definition) problems.push(problem(name, 'PROPERTY_DOESNT_EXIST'));
    else if (definition.readOnlyValue) problems.push(problem(name, 'READ_ONLY_VALUE'));
    else if (given === MASK && isSensitive(definition)) problems.push(problem(name, 'MASKED_VALUE'));
    else if (ownersOf(definition, given).some((id) => noOwners.has(id)))
      problems.push(problem(name, 'INVALID_OWNER'));
    else {
      const result = canonical(definition, given);
      if (result.ok) checked[name] = result.value;
      else problems.push(problem(name, result.code));
    }
  }
  return { values: checked, problems };
}

/** The given historic values, unchanged. Refuses unknown and read-only properties with `properties-invalid`. */
export function verbatimValues(definitions: Definitions, values: Values): Values {
  const problems = Object.keys(values).flatMap((name) => {
    const definition = definitions.get(name);
    if (definition?.readOnlyValue === false) return [];
    return [problem(name, definition ? 'READ_ONLY_VALUE' : 'PROPERTY_DOESNT_EXIST')];
  });
  if (problems.length > 0) throw invalid(problems);
  return values;
}

/** The number of problems that a refusal names. */
const SHOWN_PROBLEMS = 20;

export function invalid(problems: Problems): Refusal {
  const errors = problems.slice(0, SHOWN_PROBLEMS);
  const more = problems.length - errors.length;
  const listed = errors.map(({ message }) => message).join('; ');
  return new Refusal('properties-invalid', {
    message: `Property values were not valid: ${listed}${more > 0 ? `; and ${more} more` : ''}`,
    errors,
  });
}
