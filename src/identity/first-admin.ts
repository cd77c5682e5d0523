// Makes the first super admin: by a one-time link printed at the start, or from settings; never with a default
// password.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { systemMeta, type CommandContext } from '../caller';
import { Config, ConfigError, publicUrl } from '../config';
import type { Meta } from '../eventsourcing/event';
import { smallId } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import { digestOfEmail, normalEmail } from './emails';
import type { SetupToken, UserByEmail, UserSecrets } from './grants';
import { pageOfLink } from './one-time-links';
import { ACCOUNT_ADMINS, accountAdmins, makeFirstAdmin } from './users/admin.decider';
import { createUser, user } from './users/user.decider';
import { Passwords } from './passwords/passwords';

export interface FirstAdminMade {
  readonly user: { readonly id: string; readonly email: string; readonly superAdmin: true };
  readonly position: bigint;
}

@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly passwords: Passwords,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.ROLE.includes('api')) return;
    const admin = await this.known();
    if (admin) return void (await this.finish(admin.id, admin.email, 'setup', systemMeta('setup')));
    const { BOOTSTRAP_ADMIN_EMAIL: email, BOOTSTRAP_ADMIN_PASSWORD: password } = this.config;
    if (email !== undefined && password !== undefined) await this.bootstrap(email, password);
    else await this.printLink();
  }

  /** Whether a first super admin is still to be made. */
  async isOpen(): Promise<boolean> {
    return (await this.known()) === undefined;
  }

  /** Makes the first super admin by the printed link. Rejects with `setup-done` and `setup-token-wrong`. */
  async setUp(
    token: string,
    email: string,
    password: string,
    asked: CommandContext,
  ): Promise<FirstAdminMade> {
    if (!(await this.isOpen())) throw new Refusal('setup-done');
    const expected = await this.vault.get<SetupToken>('setup', 'first-admin');
    if (!expected || !same(expected.tokenDigest, this.digest(token))) throw new Refusal('setup-token-wrong');
    const made = await this.make(email, password, 'setup', (userId) => ({
      ...systemMeta('setup'),
      commandId: asked.command.id,
      correlationId: asked.correlationId,
      actor: { type: 'user', id: userId, userId },
      source: { type: 'API' },
      client: asked.caller.client,
    }));
    await this.vault.remove('setup', 'first-admin');
    return made;
  }

  private async bootstrap(email: string, password: string): Promise<void> {
    try {
      await this.make(email, password, 'bootstrap', () => systemMeta('setup'));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'password-known')
        throw new ConfigError('BOOTSTRAP_ADMIN_PASSWORD: is among the passwords that are tried first');
      // Another process of the same deployment was faster.
      if (!(error instanceof Refusal && error.code === 'setup-done')) throw error;
    }
  }

  private async make(
    email: string,
    password: string,
    by: 'setup' | 'bootstrap',
    metaFor: (userId: string) => Meta,
  ): Promise<FirstAdminMade> {
    const userId = smallId();
    const meta = metaFor(userId);
    const passwordHash = await this.passwords.hash(password, email);
    await this.vault.put<UserSecrets>('user', userId, {
      email: normalEmail(email),
      passwordHash,
    });
    try {
      await this.streams.change(
        accountAdmins,
        ACCOUNT_ADMINS,
        async (state) => makeFirstAdmin(state, userId, await this.isKnown(state.first)),
        meta,
      );
    } catch (error) {
      await this.vault.remove('user', userId);
      throw error;
    }
    return this.finish(userId, normalEmail(email), by, meta);
  }

  /** Makes the user of the first super admin; again at each start, since a crash may have come before. */
  private async finish(
    userId: string,
    email: string,
    by: 'setup' | 'bootstrap',
    meta: Meta,
  ): Promise<FirstAdminMade> {
    await this.vault.put<UserByEmail>('user-by-email', digestOfEmail(this.vault, email), { userId });
    const { position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => createUser(state, { userId, email, superAdmin: true, by }),
      meta,
    );
    return { user: { id: userId, email, superAdmin: true }, position };
  }

  private async known(): Promise<{ id: string; email: string } | undefined> {
    const { first: id } = (await this.streams.load(accountAdmins, ACCOUNT_ADMINS)).state;
    const secrets = id === undefined ? undefined : await this.vault.get<UserSecrets>('user', id);
    return id !== undefined && secrets ? { id, email: secrets.email } : undefined;
  }

  private async isKnown(userId: string | undefined): Promise<boolean> {
    return userId !== undefined && (await this.vault.get<UserSecrets>('user', userId)) !== undefined;
  }

  private async printLink(): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    await this.vault.put<SetupToken>('setup', 'first-admin', { tokenDigest: this.digest(token) });
    // To the terminal, not the log: logs are kept and read by others.
    process.stdout.write(
      `No super admin yet. One-time setup link: ${publicUrl(this.config)}${pageOfLink('set-up', token)}\n`,
    );
  }

  private digest(token: string): string {
    return this.vault.hmac('setup-token', token);
  }
}

const same = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));
