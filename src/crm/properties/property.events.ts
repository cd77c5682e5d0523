// Events of the property definitions made over the API, one stream each: `property_contact-favourite_colour`. Standard
// definitions are part of the build and have no events.
import type {
  DataSensitivity,
  numberDisplayHints,
  propertyTypes,
  textDisplayHints,
} from './property.vocabulary';

export type PropertyType = (typeof propertyTypes)[number];

export interface PropertyOption {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
}

export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly displayOrder: number;
  readonly hasUniqueValue: boolean;
  readonly hidden: boolean;
  readonly formField: boolean;
  readonly dataSensitivity: DataSensitivity;
  /** Only Strata sets the value: a write of it is refused. */
  readonly readOnlyValue: boolean;
  /** True where the options are the account's owners and no part of the definition. */
  readonly externalOptions?: boolean;
  readonly referencedObjectType?: 'OWNER';
  readonly currencyPropertyName?: string;
  readonly numberDisplayHint?: (typeof numberDisplayHints)[number];
  readonly textDisplayHint?: (typeof textDisplayHints)[number];
  readonly showCurrencySymbol?: boolean;
}

export type PropertyEvents = {
  'property.created.v1': { objectType: string; definition: PropertyDefinition };
  'property.changed.v1': {
    objectType: string;
    name: string;
    from: Partial<PropertyDefinition>;
    to: Partial<PropertyDefinition>;
  };
  'property.archived.v1': { objectType: string; name: string };
  /** Created again under the name of an archived property. */
  'property.recreated.v1': { objectType: string; definition: PropertyDefinition };
};
