// Translates a selection of a restore plan into properties and records, by the definitions then and now. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { RecordAt } from '../../point-in-time/record-at';
import { Refusal } from '../../refusals';
import type { RestoreSelection } from '../restore.events';
import type { Scope } from '../rows/plan-row';

/** Definitions of one object type at one position, by property name, without archived ones. */
export type Definitions = ReadonlyMap<string, PropertyDefinition>;
export type DefinitionsOf = (objectType: string) => Definitions;

/** Whether a record's state now matches the filter groups of a selection. */
export type RecordTest = (now: RecordAt) => boolean;

/** The number of errors that a refusal names. */
const MOST_ERRORS = 100;

const inOrder = (names: Iterable<string>): string[] => [...names].sort((a, b) => (a < b ? -1 : 1));

/** Refuses with `input-invalid` properties that cannot be restored, each by its name. */
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

/**
 * The scope of a selection. Properties can be restored where they are defined at both positions and not set by Strata
 * alone.
 */
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
    picks: (recordId, record) => {
      if (ids && !ids.has(recordId)) return false;
      return !test || (record !== undefined && test(record));
    },
  };
}

/**
 * Selected properties that were defined then but no longer are, in byte order: the plan leaves them out and its summary
 * names them.
 */
export function notDefinedAnyMore(
  { properties }: RestoreSelection,
  then: Definitions,
  now: Definitions,
): string[] {
  const asked = properties === '*' ? then.keys() : properties;
  return inOrder(new Set(asked)).filter((name) => then.has(name) && !now.has(name));
}
