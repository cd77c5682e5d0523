// Property definitions made over the API, archived ones too. Standard definitions are part of the build and not
// included.
import type { PropertyDefinition, PropertyEvents } from '../../src/crm/properties/property.events';
import {
  propertyDocumentId,
  stricter,
  type DataSensitivity,
} from '../../src/crm/properties/property.vocabulary';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface PropertyDocument extends Doc {
  readonly objectType: string;
  readonly name: string;
  readonly definition: PropertyDefinition;
  /** The strictest sensitivity that the property ever had. */
  readonly sensitivity: DataSensitivity;
  readonly createdAt: string;
  readonly createdUserId: string | null;
  readonly updatedAt: string;
  readonly updatedUserId: string | null;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  readonly revision: number;
}

export const properties: Projection<PropertyDocument, PropertyEvents> = {
  name: 'properties',
  version: 2,
  neededBy: 'writes',
  on: {
    'property.created.v1': ({ objectType, definition }, event) => ({
      id: propertyDocumentId(objectType, definition.name),
      put: {
        objectType,
        name: definition.name,
        definition,
        sensitivity: definition.dataSensitivity,
        createdAt: event.meta.at,
        createdUserId: event.meta.actor.userId ?? null,
        updatedAt: event.meta.at,
        updatedUserId: event.meta.actor.userId ?? null,
        archived: false,
        archivedAt: null,
        revision: event.revision,
      },
    }),
    'property.changed.v1': ({ objectType, name, to }, event) => ({
      id: propertyDocumentId(objectType, name),
      change: (old) =>
        old && {
          ...old,
          definition: { ...old.definition, ...to },
          sensitivity: stricter(old.sensitivity, to.dataSensitivity),
          updatedAt: event.meta.at,
          updatedUserId: event.meta.actor.userId ?? null,
          revision: event.revision,
        },
    }),
    'property.archived.v1': ({ objectType, name }, event) => ({
      id: propertyDocumentId(objectType, name),
      patch: {
        archived: true,
        archivedAt: event.meta.at,
        updatedAt: event.meta.at,
        updatedUserId: event.meta.actor.userId ?? null,
        revision: event.revision,
      },
    }),
    'property.recreated.v1': ({ objectType, definition }, event) => ({
      id: propertyDocumentId(objectType, definition.name),
      change: (old) =>
        old && {
          ...old,
          definition,
          sensitivity: stricter(old.sensitivity, definition.dataSensitivity),
          archived: false,
          archivedAt: null,
          updatedAt: event.meta.at,
          updatedUserId: event.meta.actor.userId ?? null,
          revision: event.revision,
        },
    }),
  },
};
