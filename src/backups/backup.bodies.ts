// Bodies and queries of the backup routes, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { AsOf } from './backup.commands';

const position = z.union([
  z
    .string()
    .regex(/^(?:[0-9a-f-]{36}:)?\d{1,19}$/, 'must be a time (ISO 8601) or a position (a decimal number)'),
  z.number().int().min(0),
]);
const time = z.iso.datetime({
  offset: true,
  error: 'must be a time (ISO 8601) or a position (a decimal number)',
});

export class RequestBackupBody extends createZodDto(
  z
    .object({
      asOf: z
        .union([position, time])
        .optional()
        .describe('a past time (ISO 8601) or a position up to the end of the log; now where left out'),
      objectTypes: z
        .array(z.string().min(1).max(100))
        .min(1)
        .max(100)
        .optional()
        .describe('names or aliases of object types; all where left out'),
    })
    .strict()
    // A request without a body asks for all object types, now.
    .default({}),
) {}

export const asOfOf = (asOf: RequestBackupBody['asOf']): AsOf => {
  if (asOf === undefined) return undefined;
  const text = String(asOf);
  return text.includes('T') ? { time: new Date(text) } : { position: text };
};
