// Bodies of the routes of retention and of legal holds, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { text } from '../../http/validation';
import { categories } from '../taxonomy';
import { filter } from '../views/view.bodies';

/** A hundred years. */
const MOST_DAYS = 36_500;

const policy = z.strictObject({
  category: z.enum(
    categories.map(({ id }) => id),
    'must be a category of the vocabulary',
  ),
  days: z
    .int()
    .min(1)
    .max(MOST_DAYS)
    .nullable()
    .describe('for how many days rows are kept after what they tell of; null: for good'),
});

export class RetentionBody extends createZodDto(
  z.strictObject({
    policies: z
      .array(policy)
      .max(categories.length)
      .refine((all) => new Set(all.map(({ category }) => category)).size === all.length, {
        message: 'must not name a category twice',
      })
      .describe('categories that are left out are kept for good'),
  }),
) {}

const id = text({ least: 1, most: 200 });

export class HoldBody extends createZodDto(
  z
    .strictObject({
      name: text({ least: 1, most: 200 }).describe('shown in the audit log'),
      reason: text({ least: 1, most: 2_000 }).describe('shown in the audit log'),
      userId: id
        .optional()
        .describe('holds all that the user did, also by keys, imports and restores of theirs'),
      target: z
        .strictObject({ type: text({ least: 1, most: 100 }), id })
        .optional()
        .describe('holds all that was done to it'),
      query: filter.optional(),
    })
    .refine(
      ({ userId, target, query }) => [userId, target, query].filter((one) => one !== undefined).length === 1,
      {
        message: 'one of userId, target and query says what is held',
      },
    )
    .refine(({ query }) => query === undefined || Object.keys(query).length > 0, {
      message: 'must say which entries are held',
      path: ['query'],
    }),
) {}
