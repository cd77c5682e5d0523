// The module of the account and its tier.
import { Module } from '@nestjs/common';
import { AccountOpening, ChangeAccountHandler } from './account.commands';
import { AccountController } from './account.controller';
import { AccountSettingsController } from './account-settings.controller';
import {
  GetAccountHandler,
  GetGuardrailsHandler,
  GetSecurityHandler,
  GetSubscriptionHandler,
} from './account.queries';

@Module({
  controllers: [AccountController, AccountSettingsController],
  providers: [
    AccountOpening,
    ChangeAccountHandler,
    GetAccountHandler,
    GetGuardrailsHandler,
    GetSecurityHandler,
    GetSubscriptionHandler,
  ],
})
export class AccountModule {}
