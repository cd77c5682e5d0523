// The object types as they were at a position.
import { schemas } from '../../../projections/crm/schemas';
import type { Streams } from '../../eventsourcing/streams';
import type { ReadModels } from '../../read/read-models';
import { objectTypes } from './object-types';
import type { SchemaEvents } from './schema.events';

const PAGE = 200;

/** Stream of one schema. Names that differ in case only are one. */
export const schemaStream = (name: string): string => `schema-${name.toLowerCase()}`;

/**
 * Names of the types that had been defined by the event at a position: the standard ones, then the custom ones. One
 * archived since is still there, and so is one archived before: it then had no live records. Refuses with
 * `projection-behind` if the read model of schemas has not come that far.
 */
export async function objectTypesAt(
  readModels: ReadModels,
  streams: Streams,
  position: bigint,
): Promise<string[]> {
  const names = objectTypes.map(({ name }) => name);
  for await (const page of readModels.pages(schemas, { limit: PAGE }, { after: position }))
    for (const { schema } of page) {
      const [created] = await streams.history<SchemaEvents>(schemaStream(schema.name));
      if (created && created.position <= position) names.push(schema.name);
    }
  return names;
}
