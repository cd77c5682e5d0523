// Routes of /settings/v1/sso: what the account decides of single sign-on, for super admins.
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { ChangeSso } from './sso.commands';
import type { SsoRules } from './sso.events';
import { GetSso } from './sso.queries';

class ChangeSsoBody extends createZodDto(
  z.strictObject({
    allowed: z.boolean().optional().describe('whether anybody may sign in by it'),
    makesUsers: z
      .boolean()
      .optional()
      .describe('whether who is no user yet becomes one at the first sign-in'),
    required: z.boolean().optional().describe('whether passwords let in nobody but breakGlass'),
    breakGlass: z
      .array(z.string().min(1).max(64))
      .max(20)
      .transform((ids) => [...new Set(ids)])
      .optional()
      .describe('ids of super admins who may use a password all the same'),
  }),
) {}

@ApiTags('Identity')
@Controller('settings/v1/sso')
export class SsoSettingsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Access({ scope: 'settings', superAdmin: true })
  @Get()
  @ApiOperation({ summary: 'Read what the account decides of single sign-on' })
  read() {
    return this.queries.execute(new GetSso());
  }

  @Access({ superAdmin: true, session: true, stepUp: true })
  @Put()
  @ApiOperation({
    summary: 'Decide who may and who must use single sign-on',
    description: 'What is left out stays as it is. It counts at once, in every process.',
  })
  async change(
    @Body() body: ChangeSsoBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const changes = Object.fromEntries(
      Object.entries(body).filter(([, value]) => value !== undefined),
    ) as Partial<SsoRules>;
    const { position } = await this.commands.execute(new ChangeSso(changes, asked));
    positionHeader(reply, position);
    return this.read();
  }
}
