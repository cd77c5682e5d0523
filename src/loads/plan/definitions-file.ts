// Reads definitions.json of a backup: what the account it comes from had defined.
import { propertyTypes } from '../../crm/properties/property.vocabulary';
import { z } from 'zod';
import { breathe } from '../../eventsourcing/breath';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { LoadFailed } from './load-plan';

const option = z.object({
  label: z.string(),
  value: z.string(),
  description: z.string().optional(),
  displayOrder: z.number(),
  hidden: z.boolean(),
});

const property = z.looseObject({
  name: z.string().min(1).max(100),
  label: z.string(),
  type: z.enum(propertyTypes),
  fieldType: z.string(),
  groupName: z.string(),
  options: z.array(option),
  hubspotDefined: z.boolean(),
});

const staged = { id: z.string(), label: z.string(), displayOrder: z.number(), archived: z.boolean() };
const stage = z.object({ ...staged, metadata: z.record(z.string(), z.string()) });

const objectType = z.object({
  name: z.string().min(1),
  objectTypeId: z.string(),
  custom: z.boolean(),
  archived: z.boolean(),
  labels: z.object({ singular: z.string(), plural: z.string() }),
  description: z.string(),
  primaryDisplayProperty: z.string(),
  // Older backups tell neither of these two.
  secondaryDisplayProperties: z.array(z.string()).default([]),
  allowsSensitiveProperties: z.boolean().optional(),
  requiredProperties: z.array(z.string()),
  searchableProperties: z.array(z.string()),
  groups: z.array(z.object({ name: z.string(), label: z.string(), displayOrder: z.number() })),
  pipelines: z.array(z.object({ ...staged, stages: z.array(stage) })),
  properties: z.array(z.unknown()),
});

const associationType = z.object({
  category: z.string(),
  typeId: z.number().int(),
  inverseTypeId: z.number().int(),
  fromType: z.string(),
  toType: z.string(),
  name: z.string(),
  label: z.string().nullable(),
});

const file = z.object({
  objectTypes: z.array(objectType),
  associationTypes: z.array(associationType),
  owners: z.array(z.object({ id: z.string(), email: z.string() })),
});

export type SourceType = Omit<z.output<typeof objectType>, 'properties'> & {
  readonly properties: readonly z.output<typeof property>[];
};
export type SourceDefinitions = Omit<z.output<typeof file>, 'objectTypes'> & {
  readonly objectTypes: readonly SourceType[];
};
export type SourceAssociationType = SourceDefinitions['associationTypes'][number];

/** Reads a property at a time: one may have options of a megabyte, and there may be a thousand of them. */
export async function definitionsIn(value: unknown): Promise<SourceDefinitions> {
  const { objectTypes, ...rest } = read(file, value);
  const types: SourceType[] = [];
  for (const type of objectTypes) {
    const properties: z.output<typeof property>[] = [];
    for (const found of type.properties) {
      await breathe();
      properties.push(read(property, found, `objectTypes.${type.name}.properties.`));
    }
    types.push({ ...type, properties });
  }
  return { ...rest, objectTypes: types };
}

function read<T extends z.ZodType>(schema: T, value: unknown, place = ''): z.output<T> {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new LoadFailed(`definitions.json: ${place}${issue?.path.join('.')}: ${issue?.message}`);
}

/** The definition as this account is to have it. */
export function definitionOf({ hubspotDefined: _, ...found }: SourceType['properties'][number]) {
  return found as unknown as PropertyDefinition;
}
