// The queries of HubSpot's three endpoints of account activity; parameters that they do not name are passed over.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageQuery } from '../../http/answers/paging';
import { entryQuery } from '../entry-filter';

const { after } = entryQuery.shape;
const { limit } = pageQuery.shape;
const time = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' });
const MOST_EPOCH = 8.64e15;
const epoch = z.coerce.number('must be a number').int().min(0).max(MOST_EPOCH);
const userId = z
  .string()
  .regex(/^\d{1,16}$/, 'must be the number of a user')
  .optional();

const MOST = 100;
/** One value, or several by repeating the parameter. */
const several = <V extends z.ZodType>(value: V) => z.union([value, z.array(value).max(MOST)]).optional();

export class AuditLogsQuery extends createZodDto(
  z.object({
    ...{ limit, after },
    actingUserId: several(z.string().regex(/^\d{1,16}$/, 'must be the number of a user')),
    occurredAfter: time.optional(),
    occurredBefore: time.optional(),
    fillFinalTimestamp: z.string().max(10).optional().describe('taken and left unused'),
    sort: several(z.enum(['occurredAt', '-occurredAt'], 'must be occurredAt or -occurredAt')),
  }),
) {}

export class LoginQuery extends createZodDto(z.object({ limit, after, userId })) {}

export class SecurityQuery extends createZodDto(
  z.object({
    ...{ limit, after, userId },
    fromTimestamp: epoch.optional().describe('milliseconds since the epoch'),
    toTimestamp: epoch.optional().describe('milliseconds since the epoch'),
  }),
) {}
