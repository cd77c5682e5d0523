// The command that sends a subscription's receiver one message now, so that whoever sets it up sees whether it takes them.
import { createHash } from 'node:crypto';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetAccount, portalIdOf } from '../account/account.queries';
import type { CommandContext } from '../caller';
import { Config } from '../config';
import { NotDelivered, Sender } from '../delivery/sender';
import { signedHeaders } from '../delivery/signature';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import { CourierTimes } from './delivery/times';
import { liveWebhook, webhook, webhookStream } from './webhook.decider';
import { grantOf } from './webhook-grants';

export interface Tested {
  /** Whether the receiver has taken the message. */
  readonly taken: boolean;
  /** Why not. */
  readonly reason?: string;
  /** Milliseconds until it had answered. */
  readonly tookMs: number;
}

/** Writes nothing: what waits and what has failed stays as it is, and a paused subscription is tested, too. */
export class TestWebhook extends Command<Tested> {
  constructor(
    readonly webhookId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(TestWebhook)
export class TestWebhookHandler implements ICommandHandler<TestWebhook> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly queries: QueryBus,
    private readonly config: Config,
    private readonly times: CourierTimes,
  ) {}

  async execute({ webhookId, asked }: TestWebhook): Promise<Tested> {
    const live = liveWebhook((await this.streams.load(webhook, webhookStream(webhookId))).state);
    const grant = await grantOf(this.vault, webhookId);
    if (!grant) throw new Refusal('webhook-unknown');
    const portalId = portalIdOf(await this.queries.execute(new GetAccount()));
    const body = JSON.stringify([{ ...messageOf(asked), subscriptionId: Number(live.webhookId), portalId }]);
    const { answerMs } = this.times;
    const sender = new Sender({ privateToo: this.config.WEBHOOKS_PRIVATE, answerMs });
    const began = performance.now();
    const tookMs = () => Math.round(performance.now() - began);
    try {
      const { signal } = new AbortController();
      await sender.post(grant.url, body, signedHeaders(grant, grant.url, body, new Date()), signal);
      return { taken: true, tookMs: tookMs() };
    } catch (error) {
      if (!(error instanceof NotDelivered)) throw error;
      return { taken: false, reason: error.message, tookMs: tookMs() };
    } finally {
      sender.close();
    }
  }
}

/** Of no record: a receiver that knows the types of its messages passes it over. */
const messageOf = ({ caller, command }: CommandContext) => ({
  eventId: Number.parseInt(createHash('sha256').update(command.id).digest('hex').slice(0, 13), 16),
  ...{ occurredAt: Date.parse(command.at), subscriptionType: 'object.test', attemptNumber: 0, objectId: 0 },
  ...{ changeSource: 'TEST', sourceId: `userId:${caller.userId}` },
});
