// Bodies and queries of the routes of notifications, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageQuery } from '../http/answers/paging';
import { yesNo } from '../supervision/yes-no';
import { kindNames } from './notification-kinds.vocabulary';

export class NotificationsQuery extends createZodDto(
  pageQuery.extend({
    unread: yesNo
      .transform((given) => given === 'true')
      .optional()
      .describe('only those that are unread, or only those that were read'),
  }),
) {}

export class MailsQuery extends createZodDto(
  pageQuery.extend({ status: z.enum(['QUEUED', 'SENT', 'FAILED', 'DROPPED']).optional() }),
) {}

const wanted = z
  .strictObject({ app: z.boolean().optional(), mail: z.boolean().optional() })
  .describe('whether you are told in the app, and by mail');

export class PreferencesBody extends createZodDto(
  z.strictObject({
    preferences: z
      .partialRecord(z.enum(kindNames), wanted)
      .meta({ maxProperties: kindNames.length })
      .describe('by kind of notification; what is left out stays as it is'),
  }),
) {}
