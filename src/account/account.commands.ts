// Opens the account at the first start.
import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
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
    const meta = {
      commandId: randomUUID(),
      correlationId: randomUUID(),
      actor: { type: 'system' as const, id: 'setup' },
      source: { type: 'SYSTEM' as const },
      at: new Date().toISOString(),
    };
    const decide = (state: Parameters<typeof openAccount>[0]) =>
      openAccount(state, smallId(), this.config.ACCOUNT_TIER);
    await this.streams.change(account, ACCOUNT_STREAM, decide, meta);
  }
}
