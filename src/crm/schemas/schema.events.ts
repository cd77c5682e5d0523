// Schemas of custom object types. Stream: `schema-car`, the name in lower case. Their properties have streams of their own.

export interface ObjectSchema {
  /** As it was given; no two differ in case only. */
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
  /** Only a type without live records is archived; what is in the recycle bin stays there. */
  'schema.archived.v1': { name: string };
  /** Created again under the same name: the type id stays, and what was in the recycle bin is there again. */
  'schema.recreated.v1': { schema: ObjectSchema };
};
