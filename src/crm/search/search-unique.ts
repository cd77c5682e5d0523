// Finds the records that filters on unique properties can match, by the reservations of the values, for any object
// type.
import { mapConcurrently } from '../map-concurrently';
import type { PropertyDefinition } from '../properties/property.events';
import type { FilterGroup, Holders } from './filter-groups';
import type { UniqueValues } from '../records/unique/unique-values';
import { canonical } from '../properties/values/values';
import { keyPath } from './search-key.vocabulary';

/** A filter that lists more values is answered like one on any other property. */
const MOST_VALUES = 100;

/** Operators that reservations answer. */
export const uniqueOperators = ['EQ', 'IN'] as const;

export async function holdersOf(
  uniqueValues: UniqueValues,
  objectType: string,
  definitions: ReadonlyMap<string, PropertyDefinition>,
  groups: readonly FilterGroup[] = [],
): Promise<Holders> {
  const holders = new Map<FilterGroup['filters'][number], readonly string[]>();
  for (const filter of groups.flatMap(({ filters }) => filters)) {
    const { propertyName, operator, value, values = [] } = filter;
    const definition = definitions.get(propertyName);
    if (!definition?.hasUniqueValue || keyPath(objectType, propertyName) !== undefined) continue;
    const asked = operator === 'EQ' ? [value ?? ''] : operator === 'IN' ? values : [];
    if (asked.length === 0 || asked.length > MOST_VALUES) continue;
    const found = await mapConcurrently(
      asked.flatMap((text) => operandOf(definition, text)),
      async (text) => {
        const ids: string[] = [];
        for await (const id of uniqueValues.holdersOf(objectType, definition, text)) ids.push(id);
        return ids;
      },
    );
    holders.set(filter, found.flat());
  }
  return holders;
}

/** A number that does not fit is refused when the filter is translated; any text may be asked for. */
function operandOf(definition: PropertyDefinition, text: string): string[] {
  if (definition.type !== 'number') return [text];
  const form = canonical(definition, text);
  return form.ok && form.value !== null ? [form.value] : [];
}
