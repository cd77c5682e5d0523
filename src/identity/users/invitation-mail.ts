// The mail that invites a user.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Streams } from '../../eventsourcing/streams';
import { MailKinds, type Letter } from '../../mail/mail-kinds';
import { Vault } from '../../vault/vault';
import type { UserSecrets } from '../grants';
import { pageOfLink } from '../one-time-links';
import { Invitations } from './invitations';
import { user } from './user.decider';

@Injectable()
export class InvitationMail implements OnModuleInit {
  constructor(
    private readonly kinds: MailKinds,
    private readonly invitations: Invitations,
    private readonly streams: Streams,
    private readonly vault: Vault,
  ) {}

  onModuleInit(): void {
    this.kinds.register('invitation', (about, userId) =>
      this.compose(userId, Number(about.invitation), about.by),
    );
  }

  /** Undefined for an invitation in whose place another came, that was accepted, or that was withdrawn. */
  private async compose(
    userId: string,
    invitation: number,
    by: string | undefined,
  ): Promise<Letter | undefined> {
    const { state } = await this.streams.load(user, `user-${userId}`);
    if (state.status !== 'invited' || state.invitation !== invitation) return undefined;
    const inviter = by === undefined ? undefined : await this.vault.get<UserSecrets>('user', by);
    const token = this.invitations.token({ userId, invitation });
    return {
      subject: 'You are invited to Strata',
      paragraphs: [
        `${inviter ? inviter.email : 'An administrator'} has invited you to work in Strata as ${state.email}.`,
        `Accept the invitation with a password of your own, before ${state.invitedUntil!.slice(0, 16).replace('T', ' ')} UTC. The link leads in once.`,
      ],
      link: { label: 'Accept the invitation', path: pageOfLink('invitation', token) },
    };
  }
}
