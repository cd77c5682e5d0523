// Opens the account at the first start.
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { systemMeta } from '../caller';
import { Config } from '../config';
import { smallId } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { account, ACCOUNT_STREAM, openAccount } from './account.decider';

@Injectable()
export class AccountOpening implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly streams: Streams,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const decide = (state: Parameters<typeof openAccount>[0]) =>
      openAccount(state, smallId(), this.config.ACCOUNT_TIER);
    await this.streams.change(account, ACCOUNT_STREAM, decide, systemMeta('setup'));
  }
}
