// The query of what somebody may do now, for what goes on in their name, or is meant for them, when they are not there.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Rights, RightsOfUsers } from '../roles/rights';
import { Holders } from './holders';

/** What a person, or an API key of theirs, may do now: nothing where it has ended. */
export class RightsNow extends Query<Rights> {
  constructor(readonly who: { readonly userId: string; readonly keyId: string | null }) {
    super();
  }
}

const NOTHING: Rights = { superAdmin: false, scopes: new Set() };

@QueryHandler(RightsNow)
export class RightsNowHandler implements IQueryHandler<RightsNow> {
  constructor(
    private readonly holders: Holders,
    private readonly rights: RightsOfUsers,
  ) {}

  async execute({ who: { userId, keyId } }: RightsNow): Promise<Rights> {
    if (keyId === null) return this.rights.of(userId);
    const known = await this.holders.known({ kind: 'key', id: keyId });
    if (!known || known.ended || known.until <= Date.now()) return NOTHING;
    const { superAdmin, scopes, reach } = known.caller;
    return { superAdmin, scopes, ...(reach && { reach }) };
  }
}
