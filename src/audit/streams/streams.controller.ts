// Routes of /audit/v1/streams: what of the audit log goes to receivers elsewhere, how, and how far each is.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { page, PageQuery } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { AuditStreamBody, ChangeAuditStreamBody } from './stream.bodies';
import { ChangeAuditStream, CreateAuditStream, DeleteAuditStream } from './stream.commands';
import { GetAuditStream, ListAuditStreams } from './stream.queries';

/** A stream tells of everything that may be read of the audit log: who makes one must be able to read it. */
const FOR_ADMINS = { scope: ['settings', 'audit.read'], superAdmin: true, feature: 'audit.streams' } as const;

@ApiTags('Audit log')
@Access(FOR_ADMINS)
@Controller('audit/v1/streams')
export class AuditStreamsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Access({ ...FOR_ADMINS, stepUp: true })
  @ApiOperation({
    summary: 'Have the audit log streamed to a SIEM: a webhook, a syslog server or a file',
    description:
      'Fields beside `name`, `kind`, `format`, `q`, `filter`, `include` and `from` are those of a kind: `url`, `headers` and `batch`; `host`, `port`, `tls`, `facility` and `maxBytes`; `path`, `maxBytes` and `keep`. The secret of a webhook is shown once.',
  })
  async create(
    @Body() body: AuditStreamBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id, position, ...shown } = await this.commands.execute(new CreateAuditStream(body, asked));
    positionHeader(reply, position);
    return { ...(await this.queries.execute(new GetAuditStream(id, { after: position }))), ...shown };
  }

  @Get()
  @ApiOperation({ summary: 'List streams of the audit log, newest first, and how far each is' })
  async list(@Query() paging: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListAuditStreams(paging, fresh)));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one stream of the audit log, and how far it is' })
  get(@Param('id') id: string, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetAuditStream(id, fresh));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Pause or resume a stream of the audit log, or have it go on from another position',
  })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeAuditStreamBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new ChangeAuditStream(id, body, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetAuditStream(id, { after: position }));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a stream of the audit log' })
  async delete(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new DeleteAuditStream(id, asked)));
  }
}
