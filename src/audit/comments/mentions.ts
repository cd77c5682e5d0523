// Finds whom a comment mentions: users of the account who may read the audit log.
import { QueryBus } from '@nestjs/cqrs';
import { hasScope } from '../../identity/api-keys/scopes';
import { RightsNow } from '../../identity/sessions/rights.queries';
import { GetUser } from '../../identity/users/user.queries';
import { Refusal } from '../../refusals';
import { addressesIn } from './comment.vocabulary';

const MOST = 20;

export class Mentions {
  constructor(private readonly queries: QueryBus) {}

  /**
   * Ids of those that a text mentions, but for whoever writes it. Refuses with `audit-mention-unknown` where it mentions
   * nobody who could look at the comment.
   */
  async in(text: string, writerId: string): Promise<string[]> {
    const addresses = addressesIn(text);
    if (addresses.length > MOST)
      throw new Refusal('too-many', { message: `A comment mentions at most ${MOST} people` });
    const ids = await Promise.all(addresses.map((address) => this.readerOf(address)));
    return [...new Set(ids)].filter((id) => id !== writerId);
  }

  private async readerOf(email: string): Promise<string> {
    const unknown = new Refusal('audit-mention-unknown');
    const { id, status } = await this.queries.execute(new GetUser({ email }, {})).catch((error: unknown) => {
      throw error instanceof Refusal && error.code === 'user-unknown' ? unknown : error;
    });
    const rights = await this.queries.execute(new RightsNow({ userId: id, keyId: null }));
    if (status !== 'active' || !hasScope(rights, 'audit.read')) throw unknown;
    return id;
  }
}
