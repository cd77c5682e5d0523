// Gives an e-mail address that no user has to a new one.
import { Injectable } from '@nestjs/common';
import { smallId } from '../eventsourcing/ids';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import { digestOfEmail } from './emails';
import type { UserByEmail } from './grants';
import { user } from './users/user.decider';

/** Milliseconds after which whoever has taken an address, and has not made its user, counts as crashed. */
const MAKING_MS = 60_000;

@Injectable()
export class NewUsers {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
  ) {}

  /**
   * An id for the user of an e-mail address in its normal form. Rejects with `user-exists` where somebody has it, and
   * with `stream-contended` where somebody is just being given it. `wished` is the id, where it is free.
   */
  async take(email: string, wished?: string): Promise<string> {
    const digest = digestOfEmail(this.vault, email);
    for (let id = wished; ; id = undefined) {
      const before = await this.vault.get<UserByEmail>('user-by-email', digest);
      if (before) {
        const { state } = await this.streams.load(user, `user-${before.userId}`);
        if (state.status !== 'none' && state.status !== 'withdrawn')
          throw new Refusal('user-exists', { context: { id: [before.userId] } });
        if (state.status === 'none' && Date.now() - Date.parse(before.takenAt ?? '') < MAKING_MS)
          throw new Refusal('stream-contended', { message: 'This e-mail address is just being invited' });
      }
      const userId = id ?? smallId();
      if ((await this.streams.load(user, `user-${userId}`)).state.status !== 'none') continue;
      const takenAt = new Date().toISOString();
      if (await this.vault.compareAndSet<UserByEmail>('user-by-email', digest, before, { userId, takenAt }))
        return userId;
    }
  }
}
