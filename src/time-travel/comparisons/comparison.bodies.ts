// Bodies and queries of the routes that compare two instants, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageQuery } from '../../http/answers/paging';
import { modes } from '../../restores/restore.bodies';

const MOST_TYPES = 100;
const MOST_NAMES = 1_000;
const MOST_OBJECTS = 50;
/** As many as a restore plan takes for one object type. */
export const MOST_IDS = 10_000;

/** A time or a position, as text or as a number. */
const instant = z.union(
  [z.string().min(1).max(64), z.number().int().min(0, 'must not be negative').transform(String)],
  'must be a time (ISO 8601) or a position (a decimal number)',
);
const objectType = z.string().min(1).max(100);
const names = z.array(z.string().min(1).max(100)).min(1).max(MOST_NAMES);

export class CompareBody extends createZodDto(
  z.strictObject({
    from: instant.describe('a past time (ISO 8601) or a position'),
    to: instant.default('now').describe('a time or a position not before `from`, or `now`'),
    objectTypes: z.array(objectType).min(1).max(MOST_TYPES).optional().describe('all where left out'),
    properties: names.optional().describe('names, of whatever object type; all where left out'),
  }),
) {}

const kind = z.enum(['added', 'removed', 'changed']);
const what = z.enum(['record', 'association', 'property', 'objectType', 'pipeline', 'associationType']);

export class RowsQuery extends createZodDto(
  pageQuery.extend({
    objectType: objectType.optional(),
    kind: kind.optional(),
    what: what.optional(),
    property: z.string().min(1).max(100).optional().describe('rows in which it differs'),
  }),
) {}

const USUAL = {
  ...{ recreateDeleted: true, keepNonEmpty: false },
  ...{ restoreAssociations: false, archiveCreatedSince: false },
};

export class RestoreBody extends createZodDto(
  z
    .strictObject({
      objects: z
        .array(
          z.strictObject({
            objectType,
            properties: z
              .union([z.literal('*'), names], 'must be "*" or a list of names')
              .optional()
              .describe('those that differ, where left out'),
            recordIds: z
              .array(z.string().regex(/^\d{1,16}$/, 'must be record ids'))
              .min(1)
              .max(MOST_IDS)
              .optional()
              .describe('all records of the type that differ, where left out'),
          }),
        )
        .min(1)
        .max(MOST_OBJECTS)
        .optional()
        .describe('a choice of what differs; all of it where left out'),
      direction: z.enum(['from', 'to']).default('from').describe('the instant to go back to'),
      modes: modes
        .extend({ recreateDeleted: z.boolean().default(true).describe('bring archived records back') })
        .default(USUAL),
    })
    .default({ direction: 'from', modes: USUAL }),
) {}
