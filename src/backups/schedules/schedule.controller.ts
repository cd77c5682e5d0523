// Routes of the schedule of backups: for super admins only.
import { Body, Controller, Delete, Get, HttpCode, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { SetScheduleBody } from './schedule.bodies';
import { RemoveSchedule, SetSchedule } from './schedule.commands';
import { GetSchedule, type ScheduleView } from './schedule.queries';

@ApiTags('Backups')
@Access({ scope: 'backups', superAdmin: true })
@Controller('backups/v1/schedule')
export class ScheduleController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Read the schedule, its next run and its last' })
  get(): Promise<ScheduleView> {
    return this.queries.execute(new GetSchedule());
  }

  @Put()
  @ApiOperation({ summary: 'Have backups taken by a schedule' })
  async set(
    @Body() { cron, timeZone, objectTypes, keep }: SetScheduleBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    const schedule = { cron, timeZone, objectTypes, keep: keep ?? null };
    positionHeader(reply, await this.commands.execute(new SetSchedule(schedule, asked)));
    return this.queries.execute(new GetSchedule());
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Have no more backups taken by the schedule' })
  async remove(
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new RemoveSchedule(asked)));
  }
}
