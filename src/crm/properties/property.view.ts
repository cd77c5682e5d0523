// A property definition in the shape of HubSpot's API.
import type { PropertyDocument } from '../../../projections/crm/properties';
import type { DefinedProperty } from './property.decider';
import type { PropertyDefinition } from './property.events';
import { STANDARD_SINCE } from './standard-properties';

export interface PropertyView extends Omit<PropertyDefinition, 'readOnlyValue'> {
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly hubspotDefined: boolean;
  readonly archived: boolean;
  readonly archivedAt?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly createdUserId?: string;
  readonly updatedUserId?: string;
  readonly modificationMetadata: {
    readonly archivable: boolean;
    readonly readOnlyDefinition: boolean;
    readonly readOnlyOptions: boolean;
    readonly readOnlyValue: boolean;
  };
}

const viewOf = ({ readOnlyValue, ...definition }: PropertyDefinition, standard: boolean) => ({
  ...definition,
  calculated: false,
  externalOptions: definition.externalOptions ?? false,
  hubspotDefined: standard,
  modificationMetadata: {
    archivable: !standard,
    readOnlyDefinition: standard,
    readOnlyOptions: standard || definition.externalOptions === true,
    readOnlyValue,
  },
});

export const presentStandard = (definition: PropertyDefinition): PropertyView => ({
  ...viewOf(definition, true),
  archived: false,
  createdAt: STANDARD_SINCE,
  updatedAt: STANDARD_SINCE,
});

type Custom = Pick<
  PropertyDocument,
  'definition' | 'archived' | 'archivedAt' | 'createdAt' | 'updatedAt' | 'createdUserId' | 'updatedUserId'
>;

export const presentCustom = (custom: Custom): PropertyView => ({
  ...viewOf(custom.definition, false),
  archived: custom.archived,
  ...(custom.archivedAt !== null && { archivedAt: custom.archivedAt }),
  createdAt: custom.createdAt,
  updatedAt: custom.updatedAt,
  ...(custom.createdUserId !== null && { createdUserId: custom.createdUserId }),
  ...(custom.updatedUserId !== null && { updatedUserId: custom.updatedUserId }),
});

export const presentDefined = (state: DefinedProperty): PropertyView =>
  presentCustom({ ...state, archived: state.status === 'archived' });
