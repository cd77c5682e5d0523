// GET /audit/v1/entries: what was done, by whom, when and from where.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { createZodDto } from 'nestjs-zod';
import type { Request } from '../caller';
import { Access } from '../http/access';
import { Asked, Fresh } from '../http/asked';
import { page } from '../http/paging';
import type { Freshness } from '../read/read-models';
import { GetAuditEntry, ListAuditEntries } from './audit.queries';
import { entryQuery } from './entry-filter';

class EntryQueryDto extends createZodDto(entryQuery) {}

@ApiTags('Audit log')
@Controller('audit/v1/entries')
@Access({ scope: 'audit.read', superAdmin: true })
export class AuditController {
  constructor(private readonly queries: QueryBus) {}

  /** Rows, newest first unless sorted otherwise. */
  @Get()
  @ApiOperation({ summary: 'List what was done, by whom, when and from where' })
  async list(@Query() query: EntryQueryDto, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListAuditEntries(query, fresh)));
  }

  /** One row with its client, old and new values, source, causes and the event it was made of. */
  @Get(':id')
  @ApiOperation({ summary: 'Read one entry with old and new values, client, source and causes' })
  async get(@Param('id') id: string, @Asked() { caller }: Request, @Fresh() fresh: Freshness) {
    const { nonUser, eventType, stream, revision, recordedAt, ...entry } = await this.queries.execute(
      new GetAuditEntry(id, caller, fresh),
    );
    return {
      ...entry,
      metadata: { eventType, stream, revision, recordedAt, nonUser },
      // What can be done from this row; each is turned on with the feature behind it.
      can: { restore: false, download: false, undo: false },
    };
  }
}
