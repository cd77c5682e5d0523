// Commands on what a subscription delivers: failures are sent again, and its secret is made anew.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import { liveWebhook, resendFailures, rotateSecret, webhook, webhookStream } from './webhook.decider';
import { changeGrant, newSecret, showSecret, type WebhookGrant } from './webhook-grants';

/** Answers the position at which they are asked for. */
export class ResendFailures extends Command<bigint> {
  constructor(
    readonly webhookId: string,
    /** Null: all that there are. */
    readonly failures: readonly string[] | null,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ResendFailures)
export class ResendFailuresHandler implements ICommandHandler<ResendFailures> {
  constructor(private readonly streams: Streams) {}

  async execute({ webhookId, failures, asked }: ResendFailures): Promise<bigint> {
    const stream = webhookStream(webhookId);
    const { position } = await this.streams.change(
      webhook,
      stream,
      (state) => resendFailures(state, failures),
      ...asAsked(asked),
    );
    return position;
  }
}

export interface RotatedSecret {
  readonly secret: string;
  /** ISO time until which requests are signed with the secret before as well. */
  readonly previousUntil: string;
  readonly position: bigint;
}

export class RotateSecret extends Command<RotatedSecret> {
  constructor(
    readonly webhookId: string,
    /** Milliseconds. */
    readonly overlapMs: number,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RotateSecret)
export class RotateSecretHandler implements ICommandHandler<RotateSecret> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
  ) {}

  async execute({ webhookId, overlapMs, asked }: RotateSecret): Promise<RotatedSecret> {
    const stream = webhookStream(webhookId);
    liveWebhook((await this.streams.load(webhook, stream)).state);
    const previousUntil = new Date(Date.now() + overlapMs).toISOString();
    const next = { secret: newSecret(webhookId), by: asked.command.id, previousUntil };
    const grant = await changeGrant(this.vault, webhookId, (before) => rotated(before, next));
    const { position } = await this.streams.change(
      webhook,
      stream,
      (state) => rotateSecret(state, previousUntil),
      ...asAsked(asked),
    );
    if (!(await showSecret(this.vault, webhookId, grant))) throw new Refusal('stream-contended');
    return { secret: next.secret, previousUntil, position };
  }
}

interface NextSecret {
  readonly secret: string;
  readonly by: string;
  readonly previousUntil: string;
}

/** A secret that was never answered, as after a crash, is no secret before. */
function rotated(
  grant: WebhookGrant | undefined,
  { secret, by, previousUntil: until }: NextSecret,
): WebhookGrant {
  if (!grant) throw new Refusal('webhook-unknown');
  if (grant.by === by && !grant.unshown) throw new Refusal('webhook-secret-shown');
  const { previous, unshown, ...kept } = grant;
  const used = unshown ? previous?.secret : grant.secret;
  return {
    ...kept,
    secret,
    by,
    unshown: true,
    ...(used !== undefined && { previous: { secret: used, until } }),
  };
}
