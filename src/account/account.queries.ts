// The query for the account, folded from its stream: always current.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '../eventsourcing/streams';
import { account, ACCOUNT_STREAM, type Account } from './account.decider';

export class GetAccount extends Query<Account> {}

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<Account> {
    return (await this.streams.load(account, ACCOUNT_STREAM)).state;
  }
}
