// Keeps the super admins in step with the roles of users, each of which stands in a stream of its own.
import { Injectable } from '@nestjs/common';
import type { Meta } from '../../eventsourcing/event';
import { apart } from '../../eventsourcing/event-ids';
import { Streams } from '../../eventsourcing/streams';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { ACCOUNT_ADMINS, accountAdmins, giveSuperAdmin, takeSuperAdmin } from './admin.decider';
import { user } from './user.decider';

@Injectable()
export class SuperAdmins {
  constructor(private readonly streams: Streams) {}

  /**
   * Makes a user a super admin, or none, as their role now says; whoever changes the role meanwhile is followed, too.
   * For after each change of a role: of two at once, in whatever order they reach the two streams, the last one counts
   * in both. Resolves with the position up to which this was so.
   */
  async follow(userId: string, meta: Meta): Promise<bigint> {
    for (;;) {
      const isOne = await this.byRole(userId);
      const decide = isOne ? giveSuperAdmin : takeSuperAdmin;
      const { position } = await this.streams.change(
        accountAdmins,
        ACCOUNT_ADMINS,
        (admins) => decide(admins, userId),
        apart(meta),
      );
      if ((await this.byRole(userId)) === isOne) return position;
    }
  }

  private async byRole(userId: string): Promise<boolean> {
    const { state } = await this.streams.load(user, `user-${userId}`);
    return state.status === 'active' && state.roleId === SUPER_ADMIN;
  }
}
