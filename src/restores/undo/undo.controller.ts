// Routes that ask for a plan of undoing: of a cause, or of one row of the audit log.
import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { GetPlan } from '../plans/plan.queries';
import { UndoRequest } from './undo.bodies';
import { RequestUndo } from './undo.commands';

@ApiTags('Restores')
@Controller()
@Access({ superAdmin: true, scope: 'restores' })
export class UndoController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('restores/v1/plans/undo')
  @HttpCode(202)
  @ApiOperation({ summary: 'Plan to undo what an import, a restore, a key, a person or one act did' })
  request(
    @Body() body: UndoRequest,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.plan(body, asked, reply);
  }

  @Post('audit/v1/entries/:id/undo')
  @HttpCode(202)
  @ApiOperation({ summary: 'Plan to undo what a row of the audit log tells of' })
  entry(
    @Param('id') entryId: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.plan(UndoRequest.schema.parse({ cause: { entryId } }), asked, reply);
  }

  private async plan(body: UndoRequest, asked: CommandContext, reply: FastifyReply) {
    const { planId, position } = await this.commands.execute(new RequestUndo(body, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetPlan(planId, { after: position }));
  }
}
