// An application with a receiver of webhooks beside it, and what specs do with both.
import { randomUUID } from 'node:crypto';
import { courierTimes } from '../../../src/webhooks/delivery/times';
import { ownLog, startApp, type App } from '../servers/app';
import { WebhookReceiver } from './webhook-receiver';

export const SUBSCRIPTIONS = '/webhooks/v1/subscriptions';
const CONTACTS = '/crm/v3/objects/contacts';

export interface SubscriptionJson {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly paused: boolean;
  readonly delivery: {
    readonly position: string;
    readonly waiting: number;
    readonly failures: number;
    readonly down: boolean;
    readonly lastError: { readonly reason: string } | null;
  };
}

/** Times that a test can wait for. */
export function hurry(times: Partial<typeof courierTimes> = {}): void {
  const soon = { againMs: { least: 20, most: 100 }, downMs: { least: 20, most: 100 } };
  Object.assign(courierTimes, { answerMs: 400, lookMs: 20, ...soon, ...times });
}

export class Subscribed {
  private constructor(
    readonly app: App,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Subscribed> {
    // Couriers of other applications on a shared log would look for receivers that are gone.
    const app = await startApp({ ...ownLog, WEBHOOKS_PRIVATE: 'on', ...settings });
    return new Subscribed(app, await WebhookReceiver.start());
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.receiver.stop();
  }

  /** Subscribes the receiver to contacts, unless told otherwise. */
  async subscribe(wished: object = {}): Promise<SubscriptionJson> {
    const made = await this.app.ok<SubscriptionJson>('POST', SUBSCRIPTIONS, {
      ...{ url: this.receiver.url, objectTypes: ['contacts'] },
      events: ['creation', 'propertyChange', 'deletion'],
      ...wished,
    });
    this.receiver.secrets.push(made.secret);
    return made;
  }

  /** Ends all subscriptions and forgets what was taken. */
  async unsubscribe(): Promise<void> {
    const { results } = await this.app.ok('GET', `${SUBSCRIPTIONS}?limit=200`);
    for (const { id } of results) await this.app.ok('DELETE', `${SUBSCRIPTIONS}/${id}`);
    this.receiver.answer = () => 200;
    this.receiver.taken.length = 0;
    this.receiver.requests.length = 0;
  }

  read(id: string): Promise<SubscriptionJson> {
    return this.app.ok('GET', `${SUBSCRIPTIONS}/${id}`);
  }

  change(id: string, body: object): Promise<SubscriptionJson> {
    return this.app.ok('PATCH', `${SUBSCRIPTIONS}/${id}`, body);
  }

  /** Resolves once what is told of a subscription is so. */
  async until(
    id: string,
    holds: (told: SubscriptionJson) => boolean,
    ms = 20_000,
  ): Promise<SubscriptionJson> {
    const deadline = Date.now() + ms;
    for (;;) {
      const told = await this.read(id);
      if (holds(told)) return told;
      if (Date.now() > deadline) throw new Error(`The subscription stays ${JSON.stringify(told)}`);
    }
  }

  async contact(properties: Record<string, string> = {}): Promise<string> {
    const email = `${randomUUID()}@example.com`;
    return (await this.app.ok('POST', CONTACTS, { properties: { email, ...properties } })).id;
  }

  async moveTo(id: string, city: string): Promise<void> {
    await this.app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { city } });
  }

  async archive(id: string): Promise<void> {
    await this.app.ok('DELETE', `${CONTACTS}/${id}`);
  }
}
