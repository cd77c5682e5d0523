// Bodies and queries of the property routes, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const option = z.object({
  label: z.string().min(1).max(500),
  value: z.string().min(1).max(500),
  description: z.string().max(1_000).optional(),
  displayOrder: z.number().int().optional(),
  hidden: z.boolean().optional(),
});

const types = [
  'string',
  'number',
  'date',
  'datetime',
  'enumeration',
  'bool',
  'phone_number',
  'json',
] as const;

const changeable = {
  label: z.string().min(1).max(200),
  type: z.enum(types),
  fieldType: z.string().min(1).max(50),
  groupName: z.string().min(1).max(100),
  description: z.string().max(5_000),
  options: z.array(option).max(5_000),
  displayOrder: z.number().int(),
  hidden: z.boolean(),
  formField: z.boolean(),
};

export const createProperty = z.object({
  name: z.string().min(1).max(100),
  ...changeable,
  description: changeable.description.default(''),
  options: changeable.options.default([]),
  displayOrder: changeable.displayOrder.default(-1),
  hidden: changeable.hidden.default(false),
  formField: changeable.formField.default(false),
  hasUniqueValue: z.boolean().default(false),
  dataSensitivity: z.enum(['non_sensitive', 'sensitive', 'highly_sensitive']).default('non_sensitive'),
});
export type CreateInput = z.output<typeof createProperty>;

export class CreatePropertyBody extends createZodDto(createProperty) {}

export class UpdatePropertyBody extends createZodDto(z.object(changeable).partial()) {}

const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .optional()
  .transform((given) => given === 'true');

export class PropertiesQuery extends createZodDto(z.object({ archived: flag })) {}

const batch = <T extends z.ZodType>(input: T) => ({ inputs: z.array(input).min(1).max(100) });
const named = z.object({ name: z.string().min(1).max(100) });

export class BatchCreatePropertiesBody extends createZodDto(z.object(batch(createProperty))) {}

export class BatchNamesBody extends createZodDto(z.object(batch(named))) {}

export class BatchReadPropertiesBody extends createZodDto(
  z.object({ ...batch(named), archived: z.boolean().default(false) }),
) {}
