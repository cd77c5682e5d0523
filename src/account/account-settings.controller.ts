// Routes of /settings/v1/account: the settings of the account, for super admins.
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { Access } from '../http/access';
import { Asked, positionHeader } from '../http/asked';
import { ChangeSso } from '../identity/sso/sso.commands';
import { GetSso } from '../identity/sso/sso.queries';
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
    summary:
      'Read the settings of the account: its tier, add-ons, what it asks of who signs in, and its guardrails',
  })
  async get() {
    return this.shown(await this.queries.execute(new GetAccount()));
  }

  @Access({ scope: 'settings', superAdmin: true, stepUp: true })
  @Put()
  @ApiOperation({
    summary: 'Change settings of the account',
    description: 'What is left out stays as it is. It counts at once, in every process.',
  })
  async change(
    @Body() { requireSso, ...changes }: ChangeAccountBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const isOfPeople = [changes.require2fa, changes.approvalThreshold, requireSso].some(
      (one) => one !== undefined,
    );
    if (isOfPeople && asked.caller.sessionId === undefined)
      throw new Refusal('access-denied', {
        message: 'What the account asks of people is for a person to say',
      });
    if (requireSso !== undefined) {
      const { position } = await this.commands.execute(new ChangeSso({ required: requireSso }, asked));
      positionHeader(reply, position);
      if (Object.values(changes).every((one) => one === undefined)) return this.get();
    }
    const { account, position } = await this.commands.execute(new ChangeAccount(changes, asked));
    positionHeader(reply, position);
    return this.shown(account);
  }

  private async shown(account: Account) {
    if (account.status !== 'open') throw new Error('The account has not been opened');
    const { required } = await this.queries.execute(new GetSso());
    return { ...account.subscription, ...account.security, ...account.guardrails, requireSso: required };
  }
}
