// Queries of the routes that show one record in time.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { names } from '../../crm/records/record.bodies';
import { pageQuery } from '../../http/answers/paging';

/** A time or a position, as text: what it is, and whether it is past, is judged where the log is known. */
export const asOf = z
  .string()
  .min(1)
  .max(64)
  .describe('an instant: a past time (ISO 8601 with its offset), or a position up to the end of the log');

export class RecordThenQuery extends createZodDto(
  z.object({
    asOf: asOf.optional(),
    properties: names.describe('names of properties; * for all that had a value'),
  }),
) {}

export class TimelineQuery extends createZodDto(pageQuery) {}
