// Routes of /crm/v3/owners: who can own records, in HubSpot's shapes.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { Access } from '../http/access';
import { Fresh } from '../http/asked';
import { page, pageLimit } from '../http/answers/paging';
import { flag } from '../http/validation';
import type { Freshness } from '../read/read-models';
import { GetOwner, ListOwners } from './owner.queries';

class OwnersQuery extends createZodDto(
  z.object({
    archived: flag(),
    /** Upper and lower case are the same, as in a login. */
    email: z
      .string()
      .max(1_000)
      .optional()
      .transform((given) => given?.trim().toLowerCase()),
    limit: pageLimit({ most: 500, usual: 100 }),
    after: z.string().max(4096).optional(),
  }),
) {}

class OwnerQuery extends createZodDto(
  z.object({ archived: flag(), idProperty: z.enum(['id', 'userId'], 'must be id or userId').default('id') }),
) {}

@ApiTags('owners')
@Controller('crm/v3/owners')
@Access({ scope: 'crm.objects.owners.read' })
export class OwnersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'List the owners, or find one by e-mail' })
  async list(@Query() query: OwnersQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListOwners(query, fresh)));
  }

  /** Both ids that `idProperty` can name are the same: an owner has the id of its user. */
  @Get(':ownerId')
  @ApiOperation({ summary: 'Read one owner by its id or the id of its user' })
  get(@Param('ownerId') id: string, @Query() { archived }: OwnerQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetOwner(id, archived, fresh));
  }
}
