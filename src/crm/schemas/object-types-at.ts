// The object types as they were at a position in the log.
import { schemas } from '../../../projections/crm/schemas';
import { stateAt } from '../../point-in-time/state-at';
import type { Streams } from '../../eventsourcing/streams';
import type { ReadModels } from '../../read/read-models';
import { customType, findObjectType, objectTypes, type ObjectType } from './object-type.vocabulary';
import { schema } from './schema.decider';
import type { ObjectSchema, SchemaEvents } from './schema.events';

const PAGE = 200;

/** The stream of one schema. Names that differ only in case are one name. */
export const schemaStream = (name: string): string => `schema-${name.toLowerCase()}`;

/**
 * Names of the object types that had been defined by the event at a position: standard types, then custom ones. Archived
 * types are included: a type archived before the position had no live records there, so it does no harm. Refuses with
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

type Told = Pick<ObjectSchema, 'description' | 'secondaryDisplayProperties' | 'allowsSensitiveProperties'>;

const STANDARD: Told = { description: '', secondaryDisplayProperties: [], allowsSensitiveProperties: true };

/** An object type, standard or custom, as it was after the event at a position; undefined where it did not exist yet. */
export async function objectTypeAt(
  streams: Streams,
  name: string,
  position: bigint,
): Promise<(ObjectType & Told & { readonly archived: boolean }) | undefined> {
  const standard = findObjectType(name);
  if (standard) return { ...standard, ...STANDARD, archived: false };
  const state = await stateAt(streams, schema, schemaStream(name), position);
  if (state.status === 'none') return undefined;
  const { description, secondaryDisplayProperties, allowsSensitiveProperties } = state.schema;
  return {
    ...customType(state.schema),
    ...{ description, secondaryDisplayProperties, allowsSensitiveProperties },
    archived: state.status === 'archived',
  };
}
