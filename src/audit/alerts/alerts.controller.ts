// Routes of /audit/v1/alerts: what is looked for in the audit log, and what was found.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { page, PageQuery } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { ChangeAlertBody, CreateAlertBody } from './alert.bodies';
import { ChangeAlert, CreateAlert, DeleteAlert, TestAlert } from './alert.commands';
import { GetAlert, GetIncident, ListAlerts, ListIncidents } from './alert.queries';

const MAY_READ = { scope: 'audit.read', superAdmin: true };
const MAY_CHANGE = { scope: 'settings', superAdmin: true };

@ApiTags('Audit log')
@Controller('audit/v1/alerts')
@Access(MAY_READ)
export class AlertsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List alerts: what is looked for in the audit log' })
  async list(@Query() paging: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListAlerts(paging, fresh)));
  }

  @Post()
  @Access(MAY_CHANGE)
  @ApiOperation({
    summary: 'Make an alert',
    description:
      'Of a filter or a view, with a threshold or a baseline; or of one of the kinds that know what they look for. A ' +
      'session needs a step-up to give it a webhook, whose secret is answered once, as `webhookSecret`.',
  })
  async create(
    @Body() body: CreateAlertBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id, position, secret } = await this.commands.execute(new CreateAlert(body, asked));
    positionHeader(reply, position);
    const made = await this.queries.execute(new GetAlert(id, { after: position }));
    return { ...made, ...(secret !== undefined && { webhookSecret: secret }) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one alert' })
  get(@Param('id') id: string, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetAlert(id, fresh));
  }

  @Patch(':id')
  @Access(MAY_CHANGE)
  @ApiOperation({
    summary: 'Change, switch off or snooze an alert',
    description:
      'What is left out stays as it is. A session needs a step-up to change where its webhook goes.',
  })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeAlertBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { position, secret } = await this.commands.execute(new ChangeAlert(id, body, asked));
    positionHeader(reply, position);
    const changed = await this.queries.execute(new GetAlert(id, { after: position }));
    return { ...changed, ...(secret !== undefined && { webhookSecret: secret }) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Access(MAY_CHANGE)
  @ApiOperation({ summary: 'Delete an alert' })
  async delete(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new DeleteAlert(id, asked)));
  }

  @Post(':id/test')
  @HttpCode(202)
  @Access(MAY_CHANGE)
  @ApiOperation({ summary: 'Be told of an alert as if it had found something; its webhook is told, too' })
  async test(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { incidentId, position } = await this.commands.execute(new TestAlert(id, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetIncident(id, incidentId, { after: position }));
  }

  @Get(':id/incidents')
  @ApiOperation({ summary: 'List what an alert has found, newest first, each with what leads to its rows' })
  async incidents(@Param('id') id: string, @Query() paging: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListIncidents(id, paging, fresh)));
  }

  @Get(':id/incidents/:incidentId')
  @ApiOperation({ summary: 'Read one incident, with what leads to its rows' })
  incident(@Param('id') id: string, @Param('incidentId') incidentId: string, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetIncident(id, incidentId, fresh));
  }
}
