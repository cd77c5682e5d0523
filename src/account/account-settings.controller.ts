// Routes of /settings/v1/account: the settings of the account, for super admins.
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { Access } from '../http/access';
import { Asked, positionHeader } from '../http/asked';
import { Refusal } from '../refusals';
import { ChangeAccountBody } from './account.bodies';
import { ChangeAccount } from './account.commands';
import type { Account } from './account.decider';
import { GetAccount } from './account.queries';

@ApiTags('Account')
@Controller('settings/v1/account')
export class AccountSettingsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Access({ scope: 'settings', superAdmin: true })
  @Get()
  @ApiOperation({
    summary: 'Read the settings of the account: its tier, add-ons, and what it asks of who signs in',
  })
  async get() {
    return shown(await this.queries.execute(new GetAccount()));
  }

  @Access({ scope: 'settings', superAdmin: true, stepUp: true })
  @Put()
  @ApiOperation({
    summary: 'Change settings of the account',
    description: 'What is left out stays as it is. It counts at once, in every process.',
  })
  async change(
    @Body() changes: ChangeAccountBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (changes.require2fa !== undefined && asked.caller.sessionId === undefined)
      throw new Refusal('access-denied', {
        message: 'What the account asks of people is for a person to say',
      });
    const { account, position } = await this.commands.execute(new ChangeAccount(changes, asked));
    positionHeader(reply, position);
    return shown(account);
  }
}

const shown = (account: Account) =>
  account.status === 'open' ? { ...account.subscription, ...account.security } : {};
