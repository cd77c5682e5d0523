// Bodies and queries of the pipeline routes, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { flag, named, text } from '../../http/validation';

const label = text({ least: 1, most: 200 });
const MOST_METADATA = 100;
const displayOrder = z.number().int();
/**
 * HubSpot's clients also send numbers as text. Which metadata a stage may have depends on the object type: see
 * `keptMetadata`.
 */
const metadata = named(z.union([z.string(), z.number(), z.boolean(), z.null()]), {
  ...{ most: MOST_METADATA, message: `may hold at most ${MOST_METADATA} values` },
});

const stage = { label, displayOrder, metadata };
const stageInput = z.strictObject({ stageId: z.string().min(1).max(100).optional(), ...stage });
export type StageInput = z.output<typeof stageInput>;

const pipeline = { label, displayOrder, stages: z.array(stageInput).max(100) };

export class CreatePipelineBody extends createZodDto(
  z.strictObject({ pipelineId: z.string().min(1).max(100).optional(), ...pipeline }),
) {}

export class ReplacePipelineBody extends createZodDto(z.strictObject(pipeline)) {}

/** `false` brings an archived pipeline or stage back; archiving is a DELETE. */
const archived = z.literal(false, 'must be false: to archive, delete').optional();
const alone = (given: object): boolean =>
  !('archived' in given) ||
  Object.entries(given).every(([name, value]) => name === 'archived' || isEmpty(value));
const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
const ALONE = { message: 'brings an archived one back and comes alone', path: ['archived'] };

export class PatchPipelineBody extends createZodDto(
  z.strictObject({ archived, label, displayOrder }).partial().refine(alone, ALONE),
) {}

export class CreateStageBody extends createZodDto(stageInput) {}

export class ReplaceStageBody extends createZodDto(z.strictObject(stage)) {}

export class PatchStageBody extends createZodDto(
  z
    .strictObject({ archived, ...stage })
    .partial()
    .refine(alone, ALONE),
) {}

export class RemovalQuery extends createZodDto(
  z.object({ validateReferencesBeforeDelete: flag(), validateDealStageUsagesBeforeDelete: flag() }),
) {}
