// The query for what the account decides of single sign-on, folded from its stream: always current.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '../../eventsourcing/streams';
import { Provider } from './provider';
import { ACCOUNT_SSO, accountSso } from './sso.decider';
import type { SsoRules } from './sso.events';

export type SsoView = SsoRules & { readonly isSetUp: boolean };

export class GetSso extends Query<SsoView> {}

@QueryHandler(GetSso)
export class GetSsoHandler implements IQueryHandler<GetSso> {
  constructor(
    private readonly streams: Streams,
    private readonly provider: Provider,
  ) {}

  async execute(): Promise<SsoView> {
    const { state } = await this.streams.load(accountSso, ACCOUNT_SSO);
    return { ...state, isSetUp: this.provider.isSetUp };
  }
}
