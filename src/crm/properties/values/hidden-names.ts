// The names of properties whose values a viewer may not see, for several object types at once.
import type { PropertyDefinition } from '../property.events';
import { hiddenFrom, type Names, type Viewer } from './sensitivity';

/** The sensitivity of each property that a type (plural name) has or had. */
export interface Sensitivities {
  everOf(objectType: string): Promise<ReadonlyMap<string, Pick<PropertyDefinition, 'dataSensitivity'>>>;
}

/** By object type (plural name): the names that `hiddenFrom` gives, definitions that were archived included. */
export async function hiddenByType(
  viewer: Viewer,
  definitions: Sensitivities,
  objectTypes: readonly string[],
): Promise<ReadonlyMap<string, Names>> {
  const hidden = new Map<string, Names>();
  for (const type of new Set(objectTypes))
    hidden.set(type, hiddenFrom(viewer, type, await definitions.everOf(type)));
  return hidden;
}
