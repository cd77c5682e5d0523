// The body that changes the settings of the account: what is left out stays as it is.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { addOns, tiers } from '../tiers/features';

export class ChangeAccountBody extends createZodDto(
  z.strictObject({
    tier: z.enum(tiers).optional(),
    addOns: z.array(z.enum(addOns)).max(addOns.length).optional().describe('all that the account is to have'),
    require2fa: z
      .boolean()
      .optional()
      .describe('whether whoever logs in by a password needs a second factor; for a session only'),
    requireSso: z
      .boolean()
      .optional()
      .describe('whether passwords let in nobody but those named as breakGlass; for a session only'),
    approvalThreshold: z
      .union([z.int().min(0).max(1_000_000_000), z.literal('off')], 'must be a whole number or "off"')
      .optional()
      .describe('a restore plan with more rows is approved by a second super admin; for a session only'),
  }),
) {}
