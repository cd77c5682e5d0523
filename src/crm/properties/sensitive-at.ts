// Whether an object type had a property for sensitive values at a position: what the process knows of its definitions
// says which of them to look at.
import { stateAt } from '../../point-in-time/state-at';
import type { Streams } from '../../eventsourcing/streams';
import { propertyStream, type Definitions } from './definitions';
import { property } from './property.decider';
import { standardProperties } from './standard-properties';
import { isSensitive } from './values/sensitivity';

/** What was sensitive once stays so: no property was sensitive then that is not known to be so now. */
export async function holdsSensitiveAt(
  definitions: Definitions,
  streams: Streams,
  objectType: string,
  position: bigint,
): Promise<boolean> {
  const standard = standardProperties(objectType);
  for (const definition of (await definitions.everOf(objectType)).values()) {
    if (!isSensitive(definition)) continue;
    const { name } = definition;
    if (isSensitive(standard.get(name))) return true;
    const then = await stateAt(streams, property, propertyStream(objectType, name), position);
    const isThere = then.status === 'defined' || (then.status === 'archived' && standard.has(name));
    if (isThere && then.sensitivity !== 'non_sensitive') return true;
  }
  return false;
}
