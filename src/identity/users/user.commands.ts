// Commands of users: their names, role and teams; deactivated and active again.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, type CommandContext } from '../../caller';
import { apart } from '../../eventsourcing/event-ids';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { Throttle } from '../attempts/throttle';
import { digestOfEmail } from '../emails';
import type { UserSecrets } from '../grants';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { Authentication } from '../sessions/authentication';
import { RightsOfUsers } from '../roles/rights';
import { TokensEnd } from '../sessions/tokens-end';
import { ACCOUNT_ADMINS, accountAdmins, giveSuperAdmin, takeSuperAdmin } from './admin.decider';
import { SuperAdmins } from './super-admins';
import { changeUser, deactivateUser, reactivateUser, user, type UserChanges } from './user.decider';
import { UserRules } from './user-rules';

export class ChangeUser extends Command<bigint> {
  constructor(
    readonly userId: string,
    readonly changes: UserChanges,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeUser)
export class ChangeUserHandler implements ICommandHandler<ChangeUser> {
  constructor(
    private readonly streams: Streams,
    private readonly rules: UserRules,
    private readonly rights: RightsOfUsers,
    private readonly superAdmins: SuperAdmins,
    private readonly authentication: Authentication,
  ) {}

  /** Super admins stand in a stream of their own, which decides first: there it is seen who would be the last. */
  async execute({ userId, changes, asked }: ChangeUser): Promise<bigint> {
    const { roleId, teams } = changes;
    const { caller } = asked;
    const before = await this.rules.requireMayChange(caller, userId);
    if (roleId !== undefined && roleId !== before.roleId) {
      if (caller.userId === userId && !caller.superAdmin)
        throw new Refusal('access-denied', { message: 'Nobody but a super admin may change their own role' });
      await this.rules.requireMayGive(caller, roleId, teams ?? before.teams);
    }
    if (teams) await this.rules.requireTeams(caller, teams, before.teams);
    if (roleId !== undefined && before.status === 'active') {
      const decide = roleId === SUPER_ADMIN ? giveSuperAdmin : takeSuperAdmin;
      await this.streams.change(accountAdmins, ACCOUNT_ADMINS, (s) => decide(s, userId), metaOf(asked));
    }
    const { position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => changeUser(state, changes),
      metaOf(asked),
    );
    if (roleId !== undefined) await this.superAdmins.follow(userId, metaOf(asked));
    // Whoever shares a team sees by the read model of teams who else is in it.
    if (teams) await this.rights.knowTeamsOf(position);
    this.authentication.forget();
    return position;
  }
}

export class DeactivateUser extends Command<bigint> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeactivateUser)
export class DeactivateUserHandler implements ICommandHandler<DeactivateUser> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly rules: UserRules,
    private readonly tokens: TokensEnd,
    private readonly superAdmins: SuperAdmins,
    private readonly authentication: Authentication,
  ) {}

  /** From the change in the vault on none of the user's tokens counts; a repeat finishes what was cut off. */
  async execute({ userId, asked }: DeactivateUser): Promise<bigint> {
    const { status } = await this.rules.requireMayChange(asked.caller, userId);
    if (status !== 'active' && status !== 'deactivated') throw new Refusal('user-not-active');
    const meta = metaOf(asked);
    await this.streams.change(accountAdmins, ACCOUNT_ADMINS, (s) => takeSuperAdmin(s, userId), meta);
    const deactivatedAt = new Date().toISOString();
    await changeSecrets(this.vault, userId, (secrets) => ({ ...secrets, deactivatedAt }));
    this.authentication.forget();
    await this.streams.change(
      user,
      `user-${userId}`,
      (state) =>
        state.status !== 'none' && state.roleId === SUPER_ADMIN ? changeUser(state, { roleId: null }) : [],
      apart(meta),
    );
    const { position } = await this.streams.change(user, `user-${userId}`, deactivateUser, meta);
    await this.superAdmins.follow(userId, meta);
    await this.tokens.sessionsOf(userId, meta);
    await this.tokens.apiKeysOf(userId, meta);
    return position;
  }
}

export class ReactivateUser extends Command<bigint> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ReactivateUser)
export class ReactivateUserHandler implements ICommandHandler<ReactivateUser> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly rules: UserRules,
    private readonly tokens: TokensEnd,
    private readonly authentication: Authentication,
  ) {}

  /** Tokens from before stay ended: those that a deactivation cut short has left are ended first. */
  async execute({ userId, asked }: ReactivateUser): Promise<bigint> {
    const { status, roleId, teams } = await this.rules.requireMayChange(asked.caller, userId);
    if (status !== 'active' && status !== 'deactivated') throw new Refusal('user-not-active');
    await this.rules.requireMayGive(asked.caller, roleId, teams);
    const meta = metaOf(asked);
    if (status === 'deactivated') {
      await this.tokens.sessionsOf(userId, meta);
      await this.tokens.apiKeysOf(userId, meta);
    }
    const { position } = await this.streams.change(user, `user-${userId}`, reactivateUser, meta);
    await changeSecrets(this.vault, userId, ({ deactivatedAt: _, ...secrets }) => secrets);
    this.authentication.forget();
    return position;
  }
}

async function changeSecrets(
  vault: Vault,
  userId: string,
  change: (secrets: UserSecrets) => UserSecrets,
): Promise<void> {
  await vault.change<UserSecrets>('user', userId, (secrets) => secrets && change(secrets));
}

/** Ends all sessions of a user, but for the one that asks. */
export class EndSessionsOfUser extends Command<number> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EndSessionsOfUser)
export class EndSessionsOfUserHandler implements ICommandHandler<EndSessionsOfUser> {
  constructor(
    private readonly rules: UserRules,
    private readonly tokens: TokensEnd,
  ) {}

  async execute({ userId, asked }: EndSessionsOfUser): Promise<number> {
    await this.rules.requireMayChange(asked.caller, userId);
    return this.tokens.sessionsOf(userId, metaOf(asked), asked.caller.sessionId);
  }
}

/** Forgets the failed logins of a user: attempts are delayed no more. */
export class UnlockUser extends Command<void> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(UnlockUser)
export class UnlockUserHandler implements ICommandHandler<UnlockUser> {
  constructor(
    private readonly vault: Vault,
    private readonly rules: UserRules,
    private readonly throttle: Throttle,
  ) {}

  async execute({ userId, asked }: UnlockUser): Promise<void> {
    const { email } = await this.rules.requireMayChange(asked.caller, userId);
    await this.throttle.unlock(digestOfEmail(this.vault, email));
  }
}
