// Bodies and queries of the schema routes, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { flag } from '../../http/validation';
import { ignored } from '../ignored-fields';
import { createProperty } from '../properties/property.bodies';

const MOST_PROPERTIES = 1_000;

const label = z.string().min(1).max(200);
const names = z.array(z.string().min(1).max(100)).max(MOST_PROPERTIES);

const attributes = {
  labels: z.strictObject({ singular: label.optional(), plural: label.optional() }),
  description: z.string().max(5_000).optional(),
  primaryDisplayProperty: z.string().min(1).max(100).optional(),
  secondaryDisplayProperties: names.max(2).optional(),
  requiredProperties: names,
  searchableProperties: names.max(20, 'may name 20 at most').optional(),
  allowsSensitiveProperties: z.boolean().optional(),
};

export class CreateSchemaBody extends createZodDto(
  z.strictObject({
    ...attributes,
    name: z.string().min(1).max(100),
    /** A property without a group gets the object type's own group. */
    properties: z
      .array(
        createProperty.extend({
          groupName: createProperty.shape.groupName.optional(),
          ...ignored('schemaProperty'),
        }),
      )
      .max(MOST_PROPERTIES),
    associatedObjects: z.array(z.string().min(1).max(100)).max(100).default([]),
    shouldCreateSameObjectAssociation: z.boolean().default(false),
  }),
) {}

export class UpdateSchemaBody extends createZodDto(
  z
    .strictObject({ ...attributes, clearDescription: z.boolean(), restorable: z.boolean() })
    .partial()
    .refine(({ description, clearDescription }) => !(clearDescription && description !== undefined), {
      message: 'must not come with a description',
      path: ['clearDescription'],
    }),
) {}

const included = {
  includePropertyDefinitions: flag(true),
  includeAssociationDefinitions: flag(true),
  includeAuditMetadata: flag(true),
};

export class SchemaQuery extends createZodDto(z.object(included)) {}

export class SchemasQuery extends createZodDto(z.object({ ...included, archived: flag() })) {}

export class ArchiveSchemaQuery extends createZodDto(z.object({ archived: flag() })) {}

export class DefineAssociationBody extends createZodDto(
  z.strictObject({
    fromObjectTypeId: z.string().min(1).max(100),
    toObjectTypeId: z.string().min(1).max(100),
    name: z.string().min(1).max(100).optional(),
  }),
) {}

export class BatchReadSchemasBody extends createZodDto(
  z.strictObject({
    inputs: z.array(z.string().min(1).max(100)).min(1).max(100),
    includePropertyDefinitions: z.boolean().default(true),
    includeAssociationDefinitions: z.boolean().default(true),
    includeAuditMetadata: z.boolean().default(true),
  }),
) {}
