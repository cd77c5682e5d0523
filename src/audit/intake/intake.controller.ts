// Route of /audit/v1/activities: other modules of the CRM report what was done in them.
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, highestPositionHeader } from '../../http/asked';
import { ActivitiesBody } from './activity.bodies';
import { ReportActivities } from './activity.commands';

@ApiTags('Audit log')
@Controller('audit/v1/activities')
@Access({ scope: 'audit.write' })
export class IntakeController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Report up to 1,000 activities of other modules, each kept once by its key',
    description:
      'Takes the categories and sub-categories that the vocabulary lists as reported. Each activity is taken or ' +
      'rejected by itself. A key that was reported before stands for what was reported first: it counts as a duplicate.',
  })
  async report(
    @Body() { activities }: ActivitiesBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { written, ...reported } = await this.commands.execute(new ReportActivities(activities, asked));
    highestPositionHeader(reply, written);
    return reported;
  }
}
