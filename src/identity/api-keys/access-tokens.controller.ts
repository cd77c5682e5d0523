// Routes of /oauth by which clients ask what a token is: whose, of which account, and with which scopes. They need no
// other token, since whoever has this one may use it. One of them has it in its address, which is logged nowhere.
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { GetAccount, portalIdOf } from '../../account/account.queries';
import type { CommandContext } from '../../caller';
import { Config, publicUrl } from '../../config';
import { Public } from '../../http/access';
import { Asked, Fresh } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Authentication } from '../sessions/authentication';
import { GetUser } from '../users/user.queries';
import { hasScope, knownScopes } from './scopes';

class TokenKeyBody extends createZodDto(z.strictObject({ tokenKey: z.string().min(1).max(512) })) {}

/** Seconds that are told of a token that never expires. */
const NEVER = 2_147_483_647;

@ApiTags('Identity')
@Public()
@Controller('oauth')
export class AccessTokensController {
  constructor(
    private readonly authentication: Authentication,
    private readonly queries: QueryBus,
    private readonly config: Config,
  ) {}

  @Get('v1/access-tokens/:token')
  @ApiOperation({ summary: 'What a token is: its user, account, scopes, and for how long it counts' })
  async get(@Param('token') token: string, @Asked() asked: CommandContext, @Fresh() fresh: Freshness) {
    const { userId, hubId, appId, scopes, until } = await this.told(token, asked);
    const { email } = await this.queries.execute(new GetUser({ id: String(userId) }, fresh));
    return {
      ...{ token, token_type: 'access', user: email, user_id: userId, scopes },
      ...{ hub_id: hubId, hub_domain: new URL(publicUrl(this.config)).host, app_id: appId },
      expires_in: Math.max(0, Math.min(NEVER, Math.floor((until - Date.now()) / 1000))),
    };
  }

  @Post('v2/private-apps/get/access-token-info')
  @HttpCode(200)
  @ApiOperation({ summary: 'What a token is: its user, account, scopes' })
  async info(@Body() { tokenKey }: TokenKeyBody, @Asked() asked: CommandContext) {
    const { until: _, ...told } = await this.told(tokenKey, asked);
    return told;
  }

  /** `appId`: the API key; 0 for a session. `until`: milliseconds since the epoch. */
  private async told(token: string, { caller: { client } }: CommandContext) {
    const held = await this.authentication.heldBy(token, client);
    // Employees of the vendor are no users of the account.
    if (!held || held.caller.actor.type === 'employee') throw new Refusal('access-token-unknown');
    const { caller, until } = held;
    const hubId = portalIdOf(await this.queries.execute(new GetAccount()));
    return {
      userId: Number(caller.userId),
      hubId,
      appId: caller.sessionId === undefined ? Number(caller.actor.id) : 0,
      scopes: [...knownScopes].filter((scope) => hasScope(caller, scope)),
      until,
    };
  }
}
