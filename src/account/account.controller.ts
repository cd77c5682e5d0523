// The route /account-info/v3/details: the account in HubSpot's shape, with its tier.
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Config } from '../config';
import { Access } from '../http/access';
import { GetAccount } from './account.queries';

@ApiTags('Account')
@Controller('account-info/v3')
export class AccountController {
  constructor(
    private readonly queries: QueryBus,
    private readonly config: Config,
  ) {}

  @Access({ employees: true })
  @Get('details')
  @ApiOperation({ summary: "Read the account's details and tier" })
  async details() {
    const state = await this.queries.execute(new GetAccount());
    const open = state.status === 'open' ? state : undefined;
    return {
      portalId: Number(open?.accountId ?? 0),
      accountType: 'STANDARD',
      tier: open?.subscription.tier ?? this.config.ACCOUNT_TIER,
      createdAt: open?.openedAt,
      timeZone: 'UTC',
      utcOffset: '+00:00',
      utcOffsetMilliseconds: 0,
      uiDomain: new URL(this.config.PUBLIC_URL ?? `http://${this.config.HOST}`).host,
      dataHostingLocation: 'self',
      // Amounts have no currency of their own here.
      companyCurrency: 'USD',
      additionalCurrencies: [],
    };
  }
}
