// The query that tells whether somebody else may do something, by their role as it is now.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { hasScope } from '../api-keys/scopes';
import { RightsOfUsers } from './rights';

/** Whether a user has a scope in a session. */
export class MayUser extends Query<boolean> {
  constructor(
    readonly userId: string,
    readonly scope: string,
  ) {
    super();
  }
}

@QueryHandler(MayUser)
export class MayUserHandler implements IQueryHandler<MayUser> {
  constructor(private readonly rights: RightsOfUsers) {}

  async execute({ userId, scope }: MayUser): Promise<boolean> {
    return hasScope(await this.rights.of(userId), scope);
  }
}
