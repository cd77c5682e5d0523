// Events of the schemas of custom object types. Stream: `schema-car`, the name in lower case. The properties of a type
// have streams of their own.

export interface ObjectSchema {
  /** The name as it was given; no two names differ only in case. */
  readonly name: string;
  /** HubSpot's numeric type id, `2-…`. */
  readonly objectTypeId: string;
  readonly labels: { readonly singular: string; readonly plural: string };
  readonly description: string;
  readonly primaryDisplayProperty: string;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  readonly allowsSensitiveProperties: boolean;
}

export type SchemaEvents = {
  'schema.created.v1': { schema: ObjectSchema };
  'schema.changed.v1': { name: string; from: Partial<ObjectSchema>; to: Partial<ObjectSchema> };
  /** Only a type without live records is archived; its records in the recycle bin stay there. */
  'schema.archived.v1': { name: string };
  /** Created again under the same name: the type id stays, and its records in the recycle bin can be reached again. */
  'schema.recreated.v1': { schema: ObjectSchema };
};
