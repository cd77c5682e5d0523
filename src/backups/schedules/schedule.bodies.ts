// The body that sets the schedule of backups, one schema for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const kept = (most: number) => z.number().int().min(0).max(most).default(0);

export class SetScheduleBody extends createZodDto(
  z
    .object({
      cron: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .describe('minute, hour, day, month, day of the week: `0 3 * * *`'),
      timeZone: z.string().min(1).max(100).describe('an IANA name, such as Europe/Berlin or UTC'),
      objectTypes: z
        .array(z.string().min(1).max(100))
        .min(1)
        .max(100)
        .optional()
        .describe('names or aliases of object types; all where left out'),
      keep: z
        .object({ daily: kept(366), weekly: kept(520), monthly: kept(240) })
        .strict()
        .optional()
        .describe('how many days, weeks and months keep the file of their first backup beyond the 14 days'),
    })
    .strict(),
) {}
