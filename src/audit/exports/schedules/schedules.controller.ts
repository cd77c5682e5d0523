// Routes of schedules by which exports of the audit log are made: for super admins only.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Access } from '../../../http/access';
import { Asked, Fresh, positionHeader } from '../../../http/asked';
import { page, PageQuery, type Page } from '../../../http/answers/paging';
import type { Freshness } from '../../../read/read-models';
import { ExportScheduleBody } from './schedule.bodies';
import { CreateExportSchedule, DeleteExportSchedule } from './schedule.commands';
import { ListExportSchedules, type ExportScheduleView } from './schedule.queries';

@ApiTags('Audit log')
@Access({ scope: ['audit.read', 'audit.export'], superAdmin: true })
@Controller('audit/v1/exports/schedules')
export class ExportSchedulesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the schedules by which exports of the audit log are made' })
  async list(
    @Query() { limit, after }: PageQuery,
    @Fresh() fresh: Freshness,
  ): Promise<Page<ExportScheduleView>> {
    return page(await this.queries.execute(new ListExportSchedules({ limit, after }, fresh)));
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Have exports of the audit log made by a schedule',
    description:
      'Each in the name of whoever sets it, and by the rights that they have now. Of times that pass without a run, one ' +
      'export makes up for all.',
  })
  async create(
    @Body() { cron, timeZone, view, filter, format, recipients }: ExportScheduleBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportScheduleView> {
    const schedule = { cron, timeZone, view: view ?? null, filter: filter ?? {}, format, recipients };
    const { scheduleId, position } = await this.commands.execute(new CreateExportSchedule(schedule, asked));
    positionHeader(reply, position);
    const { docs } = await this.queries.execute(
      new ListExportSchedules({ id: scheduleId, limit: 1 }, { after: position }),
    );
    return docs[0]!;
  }

  @Delete(':scheduleId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Have no more exports of the audit log made by a schedule' })
  async delete(
    @Param('scheduleId') scheduleId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new DeleteExportSchedule(scheduleId, asked)));
  }
}
