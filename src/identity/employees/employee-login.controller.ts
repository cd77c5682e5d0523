// Route of /auth/v1/employee-login: employees of the vendor sign in, to help.
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Public } from '../../http/access';
import { Asked, positionHeader } from '../../http/asked';
import { LogInEmployee } from './employee-login.commands';

class EmployeeLoginBody extends createZodDto(
  z.strictObject({
    assertion: z
      .string()
      .min(1)
      .max(8192)
      .describe("a JWT of the vendor's sign-in, at most five minutes old"),
  }),
) {}

@ApiTags('Identity')
@Controller('auth/v1/employee-login')
export class EmployeeLoginController {
  constructor(private readonly commands: CommandBus) {}

  @Public()
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in as an employee of the vendor, to help',
    description:
      'Only while the account allows it. Whatever is wrong with an assertion, the answer is the same.',
  })
  async logIn(
    @Body() { assertion }: EmployeeLoginBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { position, ...answer } = await this.commands.execute(new LogInEmployee(assertion, asked));
    positionHeader(reply, position);
    return answer;
  }
}
