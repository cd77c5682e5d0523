// Commands of the account: it is opened at the first start, and changed by super admins.
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, systemMeta, type CommandContext } from '../caller';
import { Config } from '../config';
import { smallId } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import {
  account,
  ACCOUNT_STREAM,
  changeAccount,
  openAccount,
  type Account,
  type AccountChanges,
} from './account.decider';

@Injectable()
export class AccountOpening implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly streams: Streams,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const decide = (state: Account) => openAccount(state, smallId(), this.config.ACCOUNT_TIER);
    await this.streams.change(account, ACCOUNT_STREAM, decide, systemMeta('setup'));
  }
}

export interface ChangedAccount {
  readonly account: Account;
  readonly position: bigint;
}

export class ChangeAccount extends Command<ChangedAccount> {
  constructor(
    readonly changes: AccountChanges,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeAccount)
export class ChangeAccountHandler implements ICommandHandler<ChangeAccount> {
  constructor(private readonly streams: Streams) {}

  async execute({ changes, asked }: ChangeAccount): Promise<ChangedAccount> {
    const { state, position } = await this.streams.change(
      account,
      ACCOUNT_STREAM,
      (now) => changeAccount(now, changes),
      ...asAsked(asked),
    );
    return { account: state, position };
  }
}
