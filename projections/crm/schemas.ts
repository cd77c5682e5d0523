// Schemas of custom object types, archived ones too.
import type { ObjectSchema, SchemaEvents } from '../../src/crm/schemas/schema.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

/** The document's id is the type's name in lower case. */
export interface SchemaDocument extends Doc {
  readonly schema: ObjectSchema;
  readonly createdAt: string;
  readonly createdUserId: string | null;
  readonly updatedAt: string;
  readonly updatedUserId: string | null;
  readonly archived: boolean;
  readonly revision: number;
}

export const schemas: Projection<SchemaDocument, SchemaEvents> = {
  name: 'schemas',
  version: 1,
  neededBy: 'writes',
  on: {
    'schema.created.v1': ({ schema }, { meta, revision }) => ({
      id: schema.name.toLowerCase(),
      put: {
        schema,
        createdAt: meta.at,
        createdUserId: meta.actor.userId ?? null,
        updatedAt: meta.at,
        updatedUserId: meta.actor.userId ?? null,
        archived: false,
        revision,
      },
    }),
    'schema.changed.v1': ({ name, to }, { meta, revision }) => ({
      id: name.toLowerCase(),
      change: (old) =>
        old && {
          ...old,
          schema: { ...old.schema, ...to },
          updatedAt: meta.at,
          updatedUserId: meta.actor.userId ?? null,
          revision,
        },
    }),
    'schema.archived.v1': ({ name }, { meta, revision }) => ({
      id: name.toLowerCase(),
      patch: { archived: true, updatedAt: meta.at, updatedUserId: meta.actor.userId ?? null, revision },
    }),
    'schema.recreated.v1': ({ schema }, { meta, revision }) => ({
      id: schema.name.toLowerCase(),
      patch: {
        schema,
        archived: false,
        updatedAt: meta.at,
        updatedUserId: meta.actor.userId ?? null,
        revision,
      },
    }),
  },
};
