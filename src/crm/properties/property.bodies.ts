// Bodies and queries of the property routes, in HubSpot's shapes. An unknown field is refused by its name.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { flag, text } from '../../http/validation';
import { ignored } from '../ignored-fields';
import {
  dataSensitivities,
  numberDisplayHints,
  propertyTypes,
  textDisplayHints,
} from './property.vocabulary';

const displayOrder = z.number().int();

const option = z.strictObject({
  label: text({ least: 1, most: 500 }),
  value: text({ least: 1, most: 500 }),
  description: text({ most: 1_000 }).nullish(),
  displayOrder: displayOrder.optional(),
  hidden: z.boolean().optional(),
});

const changeable = {
  label: text({ least: 1, most: 200 }),
  type: z.enum(propertyTypes),
  fieldType: z.string().min(1).max(50),
  groupName: z.string().min(1).max(100),
  description: text({ most: 5_000 }),
  options: z.array(option).max(5_000),
  displayOrder,
  hidden: z.boolean(),
  formField: z.boolean(),
  currencyPropertyName: z.string().min(1).max(100),
  numberDisplayHint: z.enum(numberDisplayHints),
  textDisplayHint: z.enum(textDisplayHints),
  showCurrencySymbol: z.boolean(),
};

/** Fields that are set at creation: a change may repeat their values, but not alter them. */
const fixed = {
  name: z.string().min(1).max(100),
  hasUniqueValue: z.boolean(),
  dataSensitivity: z.enum(dataSensitivities),
  externalOptions: z.boolean(),
  referencedObjectType: z.string().max(100),
};

/** Strata does not calculate values: a formula is refused rather than ignored. */
const refused = { calculationFormula: z.string().max(10_000) };

const { currencyPropertyName, numberDisplayHint, textDisplayHint, showCurrencySymbol } = changeable;
export const createProperty = z.strictObject({
  ...changeable,
  name: fixed.name,
  description: changeable.description.default(''),
  options: changeable.options.default([]),
  displayOrder: displayOrder.default(-1),
  hidden: changeable.hidden.default(false),
  formField: changeable.formField.default(false),
  currencyPropertyName: currencyPropertyName.optional(),
  numberDisplayHint: numberDisplayHint.optional(),
  textDisplayHint: textDisplayHint.optional(),
  showCurrencySymbol: showCurrencySymbol.optional(),
  hasUniqueValue: fixed.hasUniqueValue.default(false),
  dataSensitivity: fixed.dataSensitivity.default('non_sensitive'),
  externalOptions: fixed.externalOptions.optional(),
  referencedObjectType: fixed.referencedObjectType.optional(),
  calculationFormula: refused.calculationFormula.optional(),
  ...ignored('property'),
});
export type CreateInput = z.output<typeof createProperty>;

export class CreatePropertyBody extends createZodDto(createProperty) {}

const update = z.strictObject({ ...changeable, ...fixed, ...refused, ...ignored('property') }).partial();
export type UpdateInput = z.output<typeof update>;

export class UpdatePropertyBody extends createZodDto(update) {}

/** Ignored: labels exist in one language, the one in which they were sent. */
const locale = z.string().max(50).optional();
const sensitivity = z.enum(dataSensitivities, `must be one of ${dataSensitivities.join(', ')}`);

const names = z
  .string()
  .max(10_000)
  .optional()
  .transform((given) => (given ? given.split(',').map((name) => name.trim()) : undefined));

export class ListPropertiesQuery extends createZodDto(
  z.object({
    archived: flag(),
    dataSensitivity: sensitivity.default('non_sensitive'),
    locale,
    /** Names of the properties to return, separated by commas. */
    properties: names,
  }),
) {}

export class GetPropertyQuery extends createZodDto(
  z.object({ archived: flag(), dataSensitivity: sensitivity.optional(), locale, properties: names }),
) {}

export class LocaleQuery extends createZodDto(z.object({ locale })) {}

const batch = <T extends z.ZodType>(input: T) => ({ inputs: z.array(input).min(1).max(100) });
const named = z.strictObject({ name: z.string().min(1).max(100) });

export class BatchCreatePropertiesBody extends createZodDto(z.strictObject(batch(createProperty))) {}

export class BatchNamesBody extends createZodDto(z.strictObject(batch(named))) {}

export class BatchReadPropertiesBody extends createZodDto(
  z.strictObject({
    ...batch(named),
    archived: z.boolean().default(false),
    dataSensitivity: sensitivity.optional(),
  }),
) {}

const group = { label: text({ least: 1, most: 200 }), displayOrder };

export class CreateGroupBody extends createZodDto(
  z.strictObject({ name: fixed.name, ...group, displayOrder: displayOrder.default(-1) }),
) {}

export class UpdateGroupBody extends createZodDto(z.strictObject(group).partial()) {}
