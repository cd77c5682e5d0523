// The links by which a password can be set: the last one of each user counts, once, for an hour.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { type Letter, MailKinds } from '../../mail/mail-kinds';
import { Mails } from '../../mail/mails';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { UserSecrets } from '../grants';
import { type LinkOfUser, OneTimeLinks, pageOfLink } from '../one-time-links';
import { requestPasswordReset, user } from '../users/user.decider';

const GOOD_MS = 3_600_000;
const KIND = 'password-reset';

@Injectable()
export class PasswordResets implements OnModuleInit {
  private readonly links: OneTimeLinks;

  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly mails: Mails,
    private readonly kinds: MailKinds,
  ) {
    this.links = new OneTimeLinks(vault, 'reset');
  }

  onModuleInit(): void {
    this.kinds.register(KIND, (about, userId) => this.compose({ userId, number: Number(about.link) }));
  }

  token(link: LinkOfUser): string {
    return this.links.token(link);
  }

  /** Makes a link, in place of the one before, and mails it. Does nothing where the user has no password to forget. */
  async send(userId: string, meta: Meta): Promise<void> {
    const until = new Date(Date.now() + GOOD_MS).toISOString();
    const made = await this.vault.change<UserSecrets>('user', userId, (secrets) =>
      secrets && hasPassword(secrets)
        ? { ...secrets, reset: { link: (secrets.reset?.link ?? 0) + 1, until } }
        : undefined,
    );
    if (!made) return;
    const { link } = made.reset!;
    const stream = `user-${userId}`;
    await this.streams.change(user, stream, (state) => requestPasswordReset(state, link, until), meta);
    const id = `${KIND}-${userId}-${link}`;
    await this.mails.queue({ id, kind: KIND, userId, about: { link: String(link) } }, meta);
  }

  /** What a token was made for. Throws `reset-link-invalid` where it was not made here. */
  read(token: string): LinkOfUser {
    const found = this.links.read(token);
    if (!found) throw new Refusal('reset-link-invalid');
    return found;
  }

  /** The e-mail address of the user of a link, and until when it counts. Rejects with `reset-link-invalid`. */
  async look(token: string): Promise<{ readonly email: string; readonly expiresAt: string }> {
    const link = this.read(token);
    const secrets = await this.vault.get<UserSecrets>('user', link.userId);
    const { email, reset } = requireReset(link, secrets);
    return { email, expiresAt: reset!.until! };
  }

  /** Undefined for a link in whose place another came, or that was used. */
  private async compose(link: LinkOfUser): Promise<Letter | undefined> {
    const secrets = await this.vault.get<UserSecrets>('user', link.userId);
    if (!secrets || !counts(link, secrets)) return undefined;
    const { email, reset } = secrets;
    return {
      subject: 'Set a new password for Strata',
      paragraphs: [
        `Somebody, most likely you, has asked for a new password for ${email}.`,
        `Set it before ${reset!.until!.slice(0, 16).replace('T', ' ')} UTC; all your sessions end then. The link leads in once.`,
        'If it was not you, do nothing: your password stays as it is.',
      ],
      link: { label: 'Set a new password', path: pageOfLink('reset-password', this.token(link)) },
    };
  }
}

const hasPassword = ({ passwordHash, deactivatedAt }: UserSecrets): boolean =>
  passwordHash !== undefined && deactivatedAt === undefined;

const counts = ({ number }: LinkOfUser, secrets: UserSecrets): boolean =>
  hasPassword(secrets) &&
  secrets.reset?.link === number &&
  secrets.reset.until !== undefined &&
  secrets.reset.until > new Date().toISOString();

/** Throws `reset-link-invalid` where the link is none that counts now. */
export function requireReset(link: LinkOfUser, secrets: UserSecrets | undefined): UserSecrets {
  if (!secrets || !counts(link, secrets)) throw new Refusal('reset-link-invalid');
  return secrets;
}
