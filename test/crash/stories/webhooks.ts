// The crash suite's story of webhooks: what was acknowledged is told to a receiver, of each record in the order in which
// it happened. A batch whose answer was lost by a kill comes again: what was taken before is counted once.
import { WebhookReceiver, type TakenMessage } from '../../support/webhooks/webhook-receiver';
import type { Asked, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';
import { striking } from './writes';

const CONTACTS = '/crm/v3/objects/contacts';
const SUBSCRIPTIONS = '/webhooks/v1/subscriptions';
const CHANGES = 3;
const PATIENCE_MS = 120_000;

const wordOf = ({ subscriptionType, propertyValue }: TakenMessage): string =>
  subscriptionType.endsWith('.creation') ? 'created' : String(propertyValue);

export const webhooks: Story = {
  kind: 'webhooks',
  passes: ['sending'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    const receiver = await WebhookReceiver.start();
    await crashing.stepUp();
    const { id: subscription, secret } = await api.post<Asked & { secret: string }>(SUBSCRIPTIONS, {
      ...{ url: receiver.url, objectTypes: ['contacts'], properties: ['fax'] },
      events: ['creation', 'propertyChange'],
    });
    receiver.secrets.push(secret);
    const told = new Map<string, string[]>();
    const work = async () => {
      const name = crashing.name('told');
      const create = { properties: { email: `${name}@crash.example` } };
      const { id } = await crashing.acknowledged<Asked>('POST', CONTACTS, create);
      const words = ['created'];
      told.set(id, words);
      for (let change = 1; change <= CHANGES; change++) {
        const fax = `${name}/${change}`;
        await crashing.acknowledged('PATCH', `${CONTACTS}/${id}`, { properties: { fax } });
        words.push(fax);
      }
    };
    // Each kill comes while the courier has just sent something and more is being written.
    await striking(crashing, 'webhooks', 'sending', work, () => {
      const seen = receiver.taken.length;
      return receiver.until(({ taken }) => taken.length > seen, PATIENCE_MS);
    });
    const all = [...told.values()].reduce((sum, words) => sum + words.length, 0);
    const distinct = ({ taken }: WebhookReceiver) => new Set(taken.map(({ eventId }) => eventId)).size;
    await receiver.until((asked) => distinct(asked) >= all, PATIENCE_MS);
    const first = new Set<number>();
    const there = new Map<string, string[]>();
    for (const one of receiver.taken) {
      if (first.has(one.eventId)) continue;
      first.add(one.eventId);
      const words = there.get(String(one.objectId)) ?? [];
      there.set(String(one.objectId), [...words, wordOf(one)]);
    }
    await api.call('DELETE', `${SUBSCRIPTIONS}/${subscription}`);
    await receiver.stop();
    const lines = (words: ReadonlyMap<string, readonly string[]>) =>
      [...words].map(([id, of]) => `${id} ${of.join(' ')}`);
    return together(compared(lines(told), lines(there)), compared([], receiver.wrong));
  },
};
