// Routes of /settings/v1/employee-access: whether employees of the vendor may come in, for super admins.
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { ChangeEmployeeAccess } from './employee-access.commands';
import { GetEmployeeAccess } from './employee-access.queries';

class EmployeeAccessBody extends createZodDto(
  z.strictObject({
    allowed: z.boolean().describe('whether employees of the vendor may sign in to help'),
    until: z.iso
      .datetime({ offset: true, error: 'must be an ISO 8601 time' })
      .nullable()
      .default(null)
      .describe('when that ends by itself: a time to come; left out, it does not'),
  }),
) {}

@ApiTags('Identity')
@Controller('settings/v1/employee-access')
export class EmployeeAccessController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Access({ scope: 'settings', superAdmin: true })
  @Get()
  @ApiOperation({ summary: 'Read whether employees of the vendor may sign in to help, and until when' })
  read() {
    return this.queries.execute(new GetEmployeeAccess());
  }

  @Access({ superAdmin: true, session: true, stepUp: true })
  @Put()
  @ApiOperation({
    summary: 'Let employees of the vendor in to help, or no more',
    description: 'It counts at once, in every process. Withdrawing it ends their sessions.',
  })
  async change(
    @Body() { allowed, until }: EmployeeAccessBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const to = { allowed, until: until === null ? null : new Date(until).toISOString() };
    positionHeader(reply, await this.commands.execute(new ChangeEmployeeAccess(to, asked)));
    return this.read();
  }
}
