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
    const forms = asked.map((text) => canonical(definition, text));
    if (forms.length === 0 || forms.length > MOST_VALUES) continue;
    // A value that does not fit is refused when the filter is translated.
    const wanted = forms.flatMap((form) => (form.ok && form.value !== null ? [form.value] : []));
    const found = await mapConcurrently(wanted, (text) =>
      uniqueValues.holderOf(objectType, definition, text),
    );
    holders.set(
      filter,
      found.filter((id) => id !== undefined),
    );
  }
  return holders;
}
