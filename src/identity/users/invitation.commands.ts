// Commands of invitations: a user is invited by mail, again if need be, and accepts with a password of their own. What
// the vault knows comes before the event: whoever has set a password has accepted, though a crash came in between.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, type CommandContext } from '../../caller';
import { smallIdOf } from '../../eventsourcing/ids';
import { Streams } from '../../eventsourcing/streams';
import { Mails } from '../../mail/mails';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { normalEmail } from '../emails';
import type { UserSecrets } from '../grants';
import { RightsOfUsers } from '../roles/rights';
import { Passwords } from '../passwords/passwords';
import { INVITED_MS, Invitations } from './invitations';
import { Joining } from './joining';
import { NewUsers } from '../new-users';
import {
  idsOfTeams,
  inviteAgain,
  inviteUser,
  requireInvitation,
  user,
  withdrawInvitation,
} from './user.decider';
import type { UserNames, UserTeams } from './user.events';
import { UserRules } from './user-rules';

export interface Invited {
  readonly email: string;
  readonly names: UserNames;
  readonly roleId: string | null;
  readonly teams: UserTeams;
  /** False: nobody is told by mail; whoever invites gives the link of a later mail. */
  readonly sendMail: boolean;
}
export interface OfUser {
  readonly userId: string;
  readonly position: bigint;
}

export class InviteUser extends Command<OfUser> {
  constructor(
    readonly invited: Invited,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

const untilOf = (asked: CommandContext): string =>
  new Date(Date.parse(asked.command.at) + INVITED_MS).toISOString();

@CommandHandler(InviteUser)
export class InviteUserHandler implements ICommandHandler<InviteUser> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly mails: Mails,
    private readonly rules: UserRules,
    private readonly rights: RightsOfUsers,
    private readonly newUsers: NewUsers,
  ) {}

  async execute({ invited, asked }: InviteUser): Promise<OfUser> {
    const { names, roleId, teams, sendMail } = invited;
    await this.rules.requireMayGive(asked.caller, roleId, teams);
    await this.rules.requireTeams(asked.caller, teams);
    const email = normalEmail(invited.email);
    const userId = await this.idFor(email, asked);
    const { position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => inviteUser(state, { userId, email, names, roleId, teams, expiresAt: untilOf(asked) }),
      ...asAsked(asked),
    );
    if (idsOfTeams(teams).length > 0) await this.rights.knowTeamsOf(position);
    if (sendMail) await sendInvitation(this.mails, { userId, invitation: 1 }, asked);
    return { userId, position };
  }

  /** A repeat finds the user whom the command has invited before, whatever has become of them. */
  private async idFor(email: string, { command }: CommandContext): Promise<string> {
    const own = command.mayRepeat ? smallIdOf(command.id) : undefined;
    if (own !== undefined) {
      const { state } = await this.streams.load(user, `user-${own}`);
      if (state.status !== 'none' && state.email === email) return own;
    }
    const userId = await this.newUsers.take(email, own);
    await this.vault.put<UserSecrets>('user', userId, { email });
    return userId;
  }
}

const sendInvitation = (
  mails: Mails,
  { userId, invitation }: { readonly userId: string; readonly invitation: number },
  asked: CommandContext,
): Promise<void> =>
  mails.queue(
    {
      ...{ id: `invitation-${userId}-${invitation}`, kind: 'invitation', userId },
      about: { invitation: String(invitation), by: asked.caller.userId },
    },
    metaOf(asked),
  );

export class InviteAgain extends Command<bigint> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(InviteAgain)
export class InviteAgainHandler implements ICommandHandler<InviteAgain> {
  constructor(
    private readonly streams: Streams,
    private readonly mails: Mails,
    private readonly rules: UserRules,
  ) {}

  async execute({ userId, asked }: InviteAgain): Promise<bigint> {
    await this.rules.requireMayChange(asked.caller, userId);
    const { position, state } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => inviteAgain(state, untilOf(asked)),
      ...asAsked(asked),
    );
    if (state.status === 'invited') await sendInvitation(this.mails, state, asked);
    return position;
  }
}

export class WithdrawInvitation extends Command<bigint> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(WithdrawInvitation)
export class WithdrawInvitationHandler implements ICommandHandler<WithdrawInvitation> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly rules: UserRules,
  ) {}

  /** The event first: an invitation that is being accepted wins or loses by it. */
  async execute({ userId, asked }: WithdrawInvitation): Promise<bigint> {
    await this.rules.requireMayChange(asked.caller, userId);
    const { position } = await this.streams.change(user, `user-${userId}`, withdrawInvitation, metaOf(asked));
    await this.vault.remove('user', userId);
    return position;
  }
}

export class AcceptInvitation extends Command<OfUser & { readonly email: string }> {
  constructor(
    readonly token: string,
    readonly password: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(AcceptInvitation)
export class AcceptInvitationHandler implements ICommandHandler<AcceptInvitation> {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly passwords: Passwords,
    private readonly invitations: Invitations,
    private readonly joining: Joining,
  ) {}

  async execute({ token, password, asked }: AcceptInvitation) {
    const given = this.invitations.read(token);
    if (!given) throw new Refusal('invitation-invalid');
    const { userId, invitation } = given;
    const { state } = await this.streams.load(user, `user-${userId}`);
    requireInvitation(state, invitation, new Date().toISOString());
    const before = await this.vault.get<UserSecrets>('user', userId);
    if (!before || before.passwordHash !== undefined) throw new Refusal('invitation-invalid');
    const passwordHash = await this.passwords.hash(password, before.email);
    if (!(await this.vault.compareAndSet<UserSecrets>('user', userId, before, { ...before, passwordHash })))
      throw new Refusal('invitation-invalid');
    const position = await this.joining.finish(userId, asked);
    return { userId, email: before.email, position };
  }
}
