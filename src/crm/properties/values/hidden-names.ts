// The names of properties whose values a viewer may not see, for several object types at once.
import type { Definitions } from '../definitions';
import { hiddenFrom, type Names, type Viewer } from './sensitivity';

/** By object type (plural name): the names that `hiddenFrom` gives, definitions that were archived included. */
export async function hiddenByType(
  viewer: Viewer,
  definitions: Definitions,
  objectTypes: readonly string[],
): Promise<ReadonlyMap<string, Names>> {
  const hidden = new Map<string, Names>();
  for (const type of new Set(objectTypes))
    hidden.set(type, hiddenFrom(viewer, type, await definitions.everOf(type)));
  return hidden;
}
