// The schema of an object type in the shape of HubSpot's API.
import type { SchemaDocument } from '../../../projections/crm/schemas';
import type { DefinedType } from '../associations/types/association-type.decider';
import { bothWays } from '../associations/types/association-types';
import type { PropertyView } from '../properties/property.view';
import type { ObjectType } from './object-type.vocabulary';

export interface AssociationDefinitionView {
  readonly id: string;
  readonly fromObjectTypeId: string;
  readonly toObjectTypeId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type ShownSchema = Omit<SchemaDocument, 'id' | 'revision' | 'createdUserId' | 'updatedUserId'>;

/** The answer to a change: the schema without its properties and association types. */
export const presentDefinition = (shown: ShownSchema, accountId: string) => {
  const { schema, createdAt, updatedAt, archived } = shown;
  const { name, objectTypeId, description, ...attributes } = schema;
  return {
    id: objectTypeId,
    objectTypeId,
    name,
    fullyQualifiedName: `p${accountId}_${name}`,
    ...(description !== '' && { description }),
    ...attributes,
    createdAt,
    updatedAt,
    archived,
  };
};

export const presentSchema = (
  shown: ShownSchema,
  accountId: string,
  properties: readonly PropertyView[],
  associations: readonly AssociationDefinitionView[],
) => ({ ...presentDefinition(shown, accountId), properties, associations });

/** Both directions of an association type, each with its own number. */
export const presentAssociation = (
  type: DefinedType,
  typeOf: (objectType: string) => ObjectType | undefined,
): AssociationDefinitionView[] =>
  bothWays(type).map(({ typeId, fromType, toType, name }) => ({
    id: String(typeId),
    fromObjectTypeId: typeOf(fromType)?.typeId ?? fromType,
    toObjectTypeId: typeOf(toType)?.typeId ?? toType,
    name,
    createdAt: type.createdAt,
    updatedAt: type.updatedAt,
  }));
