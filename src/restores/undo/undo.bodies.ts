// Body of a request to undo, one schema for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const id = z.string().min(1).max(64);
const instant = z
  .union([z.string().min(1).max(64), z.number().int().min(0, 'must not be negative').transform(String)])
  .optional();

const cause = z
  .strictObject({
    importId: id
      .optional()
      .describe(
        'also the id by which a restore stands in the list of imports: all of that restore is undone',
      ),
    loadId: id.optional(),
    restoreId: id.optional(),
    apiKeyId: id.optional().describe('imports and loads that were asked for with the key too'),
    userId: id.optional().describe('by sessions, keys, imports, loads and restores of theirs'),
    workflowId: id.optional(),
    integrationId: id.optional(),
    entryId: id.optional().describe('one row of the audit log'),
    commandId: id.optional().describe('what one request did, as rows of the audit log name it under causes'),
  })
  .refine((given) => Object.values(given).filter((one) => one !== undefined).length === 1, {
    error:
      'must name exactly one of importId, loadId, restoreId, apiKeyId, userId, workflowId, integrationId, entryId, commandId',
  });

const modes = z.strictObject({
  recreateDeleted: z.boolean().default(true).describe('bring back what the cause deleted'),
  archiveCreatedSince: z
    .boolean()
    .default(true)
    .describe('put into the recycle bin what the cause created or brought back'),
  restoreAssociations: z.boolean().default(true).describe('undo changes of associations as well'),
  keepNonEmpty: z.boolean().default(false).describe('leave values alone that are not empty now'),
});

export class UndoRequest extends createZodDto(
  z.strictObject({
    cause,
    from: instant.describe('only what was done from this instant on: a time (ISO 8601) or a position'),
    to: instant.describe('only what was done up to this instant'),
    modes: modes.prefault({}),
  }),
) {}
