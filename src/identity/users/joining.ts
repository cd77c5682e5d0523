// Makes an active user of whoever has accepted an invitation, and tells of a password that was set: again at each login,
// since a crash may have come before.
import { Injectable } from '@nestjs/common';
import { metaOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import type { NewPassword } from '../grants';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { SuperAdmins } from './super-admins';
import { join, tellNewPassword, user } from './user.decider';

@Injectable()
export class Joining {
  constructor(
    private readonly streams: Streams,
    private readonly superAdmins: SuperAdmins,
  ) {}

  /** Appends what is still to be said of a user whose password is set, in their own name. Resolves with its position. */
  async finish(userId: string, asked: CommandContext, newPassword?: NewPassword): Promise<bigint> {
    const caller = { ...asked.caller, actor: { type: 'user' as const, id: userId, userId } };
    const meta = metaOf({ ...asked, caller });
    const { state, position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => [...join(state), ...(newPassword ? tellNewPassword(state, newPassword) : [])],
      meta,
    );
    const isToBeAdmin = state.status === 'active' && state.roleId === SUPER_ADMIN;
    if (!isToBeAdmin) return position;
    const given = await this.superAdmins.follow(userId, meta);
    return given > position ? given : position;
  }
}
