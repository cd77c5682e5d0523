// Routes of /audit/v1 by which whoever trusts nobody checks the log: checkpoints, keys, proofs, completeness.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { page, PageQuery } from '../../http/answers/paging';
import { Asked, Fresh } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import {
  GetCheckpointKeys,
  ListCheckpoints,
  ProveCompleteness,
  ProveConsistency,
  ProveEntry,
} from './integrity.queries';

const size = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(0, 'must be at least 0')
  .max(Number.MAX_SAFE_INTEGER);
const sizes = z.strictObject({ from: size, to: size }).superRefine(({ from, to }, context) => {
  if (from > to) context.addIssue({ code: 'custom', path: ['to'], message: 'must not be less than from' });
});
class SizesQuery extends createZodDto(sizes) {}

const instant = z.string().max(100).optional();
class SpanQuery extends createZodDto(z.strictObject({ from: instant, to: instant })) {}

@ApiTags('Audit log')
@Controller('audit/v1')
@Access({ scope: 'audit.read' })
export class IntegrityController {
  constructor(private readonly queries: QueryBus) {}

  @Get('checkpoints')
  @ApiOperation({
    summary: 'List signed checkpoints of the log, newest first',
    description:
      'Each is a signed note with the size and the root of the Merkle tree over all events (RFC 9162, C2SP tlog-checkpoint).',
  })
  async checkpoints(@Query() paging: PageQuery) {
    return page(await this.queries.execute(new ListCheckpoints(paging)));
  }

  @Get('keys')
  @ApiOperation({ summary: 'List the public keys that have signed checkpoints, oldest first' })
  async keys() {
    return { results: await this.queries.execute(new GetCheckpointKeys()) };
  }

  @Get('entries/:id/proof')
  @ApiOperation({
    summary: 'Prove that an entry stands in the log that the last checkpoint signs',
    description:
      'Refused with `proof-pending` for the minute, or the thousand events, until a checkpoint covers the entry. Of an erased record the hash of the leaf alone is told.',
  })
  proof(@Param('id') id: string, @Asked() { caller }: CommandContext, @Fresh() fresh: Freshness) {
    return this.queries.execute(new ProveEntry(id, caller, fresh));
  }

  @Get('proofs/consistency')
  @ApiOperation({
    summary:
      'Prove that the tree of one size begins with the tree of a smaller one: nothing was changed or removed',
  })
  consistency(@Query() { from, to }: SizesQuery) {
    return this.queries.execute(new ProveConsistency(from, to));
  }

  @Get('completeness')
  @ApiOperation({
    summary: 'Prove that every event is told of: events = rows + internal + purged, counted on both sides',
    description:
      '`from` and `to`, both inclusive, are times or positions. Where the counts differ, `differences` says where first.',
  })
  completeness(@Query() { from, to }: SpanQuery) {
    return this.queries.execute(new ProveCompleteness(from, to));
  }
}
