// Bodies and queries of the routes of webhooks, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { logPosition, receiverUrl } from '../delivery/receiver.bodies';
import { pageLimit } from '../http/answers/paging';
import { flag } from '../http/validation';
import { webhookEventNames } from './webhook.vocabulary';

const objectTypes = z.array(z.string().min(1).max(100)).min(1).max(100);
const events = z.array(z.enum(webhookEventNames)).min(1).max(webhookEventNames.length);
const properties = z
  .array(z.string().min(1).max(100))
  .min(1)
  .max(1_000)
  .nullish()
  .describe('properties whose changes are told of; all but those that change by themselves where left out');
const told = z
  .strictObject({
    restores: z.boolean().optional(),
    undos: z.boolean().optional(),
    imports: z.boolean().optional(),
  })
  .optional()
  .describe('whether it is told of what restores, undos and imports do: it is not where left out');

export class WebhookBody extends createZodDto(
  z.strictObject({
    ...{ url: receiverUrl, objectTypes, events, properties, told },
    from: logPosition.optional().describe('position from which on it is told; from now on where left out'),
  }),
) {}

export class ChangeWebhookBody extends createZodDto(
  z.strictObject({
    ...{ url: receiverUrl.optional(), objectTypes: objectTypes.optional(), events: events.optional() },
    ...{ properties, told },
    paused: z.boolean().optional(),
    from: logPosition.optional().describe('position from which on it is told, again or not'),
  }),
) {}

export class ResendBody extends createZodDto(
  z
    .strictObject({
      ids: z
        .array(z.string().min(1).max(200))
        .min(1)
        .max(1_000)
        .optional()
        .describe('failures to send again; all where left out'),
    })
    .optional()
    .transform((body) => body ?? {}),
) {}

const DAY_S = 86_400;

export class RotateSecretBody extends createZodDto(
  z
    .strictObject({
      overlapSeconds: z
        .number()
        .int()
        .min(0)
        .max(7 * DAY_S)
        .default(DAY_S)
        .describe('for how long requests are signed with the secret before as well'),
    })
    .optional()
    .transform((body) => body ?? { overlapSeconds: DAY_S }),
) {}

const list = (most: number) =>
  z
    .string()
    .max(10_000)
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine((names) => names.length <= most && names.every((name) => name !== ''), 'must be names by comma');

export class FeedQuery extends createZodDto(
  z.object({
    after: z
      .string()
      .regex(/^(?:\d{1,18}|now)$/, 'must be a position, or now')
      .optional()
      .describe('position behind which to look; from the beginning on where left out'),
    limit: pageLimit({ most: 1_000, usual: 100 }),
    objectTypes: list(100).optional().describe('by comma; all that you may read where left out'),
    events: list(webhookEventNames.length)
      .refine((names) => names.every((name) => webhookEventNames.some((one) => one === name)), {
        error: `must be among ${webhookEventNames.join(', ')}`,
      })
      .optional(),
    properties: list(1_000).optional(),
    ...{ restores: flag(), undos: flag(), imports: flag() },
  }),
) {}
