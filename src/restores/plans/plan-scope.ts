// What a selection means: which properties of which records, by the definitions of then and of now. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { RecordAt } from '../../point-in-time/record-at';
import { Refusal } from '../../refusals';
import type { RestoreSelection } from '../restore.events';
import type { Scope } from './plan-row';

/** Definitions of one object type at one position, by name; archived ones are not in it. */
export type Definitions = ReadonlyMap<string, PropertyDefinition>;
export type DefinitionsOf = (objectType: string) => Definitions;

/** Judges the state of now; made from the filter groups of a selection. */
export type RecordTest = (now: RecordAt) => boolean;

/** What is wrong with more names is told when these are right. */
const MOST_ERRORS = 100;

const inOrder = (names: Iterable<string>): string[] => [...names].sort((a, b) => (a < b ? -1 : 1));

/** Refuses property names that cannot be restored, each by its name. */
export function checkProperties(
  selections: readonly RestoreSelection[],
  then: DefinitionsOf,
  now: DefinitionsOf,
): void {
  const errors = selections.flatMap(({ objectType, properties }, index) => {
    if (properties === '*') return [];
    const [definedThen, definedNow] = [then(objectType), now(objectType)];
    return properties.flatMap((name) => {
      const problem = problemOf(definedThen.get(name), definedNow.get(name));
      return problem
        ? [
            {
              message: `objects.${index}.properties: '${name}' of ${objectType} ${problem}`,
              code: 'PROPERTY_NOT_RESTORABLE',
              in: `objects.${index}.properties`,
              context: { propertyName: [name] },
            },
          ]
        : [];
    });
  });
  if (errors.length > 0)
    throw new Refusal('input-invalid', { message: errors[0]!.message, errors: errors.slice(0, MOST_ERRORS) });
}

function problemOf(
  then: PropertyDefinition | undefined,
  now: PropertyDefinition | undefined,
): string | undefined {
  if (!then && !now) return 'does not exist';
  if (!then) return 'was not defined at that position';
  if ((now ?? then).readOnlyValue) return 'is set by Strata alone and cannot be restored';
  return undefined;
}

/** Properties that can be restored: defined at both positions, and not set by Strata alone. In byte order. */
export function scopeOf(
  { objectType, properties, recordIds }: RestoreSelection,
  then: Definitions,
  now: Definitions,
  test?: RecordTest,
): Scope {
  const restorable = inOrder(then.keys()).filter((name) => now.get(name)?.readOnlyValue === false);
  const asked = properties === '*' ? undefined : new Set(properties);
  const ids = recordIds && new Set(recordIds);
  return {
    objectType,
    properties: asked ? restorable.filter((name) => asked.has(name)) : restorable,
    restorable,
    unique: inOrder([...now.values()].filter((one) => one.hasUniqueValue).map((one) => one.name)),
    picks: (recordId, record) => {
      if (ids && !ids.has(recordId)) return false;
      return !test || (record !== undefined && test(record));
    },
  };
}

/** Asked for and defined then, but not any more: left out of the plan and said in its summary. */
export function notDefinedAnyMore(
  { properties }: RestoreSelection,
  then: Definitions,
  now: Definitions,
): string[] {
  const asked = properties === '*' ? then.keys() : properties;
  return inOrder(new Set(asked)).filter((name) => then.has(name) && !now.has(name));
}
