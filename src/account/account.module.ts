// The module of the account and its tier.
import { Module } from '@nestjs/common';
import { AccountOpening } from './account.commands';
import { AccountController } from './account.controller';
import { GetAccountHandler } from './account.queries';

@Module({ controllers: [AccountController], providers: [AccountOpening, GetAccountHandler] })
export class AccountModule {}
