// The body that sets a schedule of exports of the audit log, one schema for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { exported, format } from '../audit-export.bodies';

const MOST_RECIPIENTS = 50;

export class ExportScheduleBody extends createZodDto(
  z.strictObject({
    cron: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .describe('minute, hour, day, month, day of the week: `0 6 * * 1`'),
    timeZone: z.string().min(1).max(100).describe('an IANA name, such as Europe/Berlin or UTC'),
    ...exported,
    format,
    recipients: z
      .array(z.string().regex(/^\d{1,16}$/, 'must be the id of a user'))
      .max(MOST_RECIPIENTS)
      .default([])
      .describe('ids of the super admins who are told besides whoever sets it'),
  }),
) {}
