// The schema of an object type in the shape of HubSpot's API.
import type { SchemaDocument } from '../../projections/schemas';
import type { PropertyView } from './property.view';

export interface AssociationDefinitionView {
  readonly id: string;
  readonly fromObjectTypeId: string;
  readonly toObjectTypeId: string;
  readonly name?: string;
}

export type ShownSchema = Omit<SchemaDocument, 'id' | 'revision' | 'createdUserId' | 'updatedUserId'>;

/** Without what it consists of: the answer to a change. */
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
