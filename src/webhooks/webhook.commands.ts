// Commands of subscriptions: one is made, with a secret that is answered once, changed, and deleted.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { webhooks } from '../../projections/webhooks';
import { asAsked, newId, type CommandContext } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { RequireStepUp } from '../identity/sessions/step-up.queries';
import { ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  liveWebhook,
  webhook,
  webhookStream,
} from './webhook.decider';
import { changeGrant, grantOf, newSecret, removeGrant, showSecret } from './webhook-grants';
import { WebhookWishes, type Wishes } from './webhook-wishes';

/** Subscriptions of an account. */
const MOST = 50;

export interface CreatedWebhook {
  readonly id: string;
  readonly secret: string;
  readonly position: bigint;
}

export interface NewWebhook extends Wishes {
  readonly url: string;
  /** Position from which on it is told of everything; from now on where left out. */
  readonly from?: bigint | undefined;
}

export class CreateWebhook extends Command<CreatedWebhook> {
  constructor(
    readonly wished: NewWebhook,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateWebhook)
export class CreateWebhookHandler implements ICommandHandler<CreateWebhook> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly vault: Vault,
    private readonly wishes: WebhookWishes,
  ) {}

  async execute({ wished, asked }: CreateWebhook): Promise<CreatedWebhook> {
    const url = this.wishes.url(wished.url);
    const wants = await this.wishes.wants(wished, asked.caller);
    const webhookId = await newId(asked.command);
    const stream = webhookStream(webhookId);
    const shown = new Refusal('webhook-secret-shown', { context: { id: [webhookId] } });
    if ((await this.streams.load(webhook, stream)).state.status !== 'none') throw shown;
    if ((await this.readModels.count(webhooks)) >= MOST)
      throw new Refusal('too-many', { message: `An account has at most ${MOST} subscriptions` });
    // A grant that a crash left, or whose secret another attempt has not shown yet, gives way to this one.
    const secret = newSecret(webhookId);
    const grant = await changeGrant(this.vault, webhookId, (before) => {
      if (before && !before.unshown) throw shown;
      return { url, secret, by: asked.command.id, unshown: true };
    });
    const head = await this.streams.store.head();
    const after = wished.from === undefined ? head : wished.from - 1n;
    const created = {
      ...wants,
      webhookId,
      host: new URL(url).host,
      after: String(after > head ? head : after),
    };
    const { position } = await this.streams.change(
      webhook,
      stream,
      (state) => createWebhook(state, created),
      ...asAsked(asked),
    );
    if (!(await showSecret(this.vault, webhookId, grant))) throw shown;
    return { id: webhookId, secret, position };
  }
}

export type WebhookChanges = { readonly [K in keyof Wishes]?: Wishes[K] | undefined } & {
  readonly url?: string | undefined;
  readonly paused?: boolean | undefined;
  readonly from?: bigint | undefined;
};

/** Answers the position at which it is so. */
export class ChangeWebhook extends Command<bigint> {
  constructor(
    readonly webhookId: string,
    readonly changes: WebhookChanges,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeWebhook)
export class ChangeWebhookHandler implements ICommandHandler<ChangeWebhook> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly wishes: WebhookWishes,
    private readonly queries: QueryBus,
  ) {}

  async execute({ webhookId, changes, asked }: ChangeWebhook): Promise<bigint> {
    const stream = webhookStream(webhookId);
    const live = liveWebhook((await this.streams.load(webhook, stream)).state);
    const { url: address, paused, from, ...some } = changes;
    const goesElsewhere = address !== undefined || Object.values(some).some((one) => one !== undefined);
    if (goesElsewhere) await this.queries.execute(new RequireStepUp(asked.caller));
    // Whoever resumes it, or sends it elsewhere, has values told to a receiver: that takes the right to read them.
    const tells = goesElsewhere || paused === false || from !== undefined;
    const wished: Wishes = {
      objectTypes: some.objectTypes ?? live.objectTypes,
      events: some.events ?? live.events,
      properties: some.properties === undefined ? live.properties : some.properties,
      told: { ...live.told, ...defined(some.told ?? {}) },
    };
    const wants = tells ? await this.wishes.wants(wished, asked.caller) : {};
    const url = address === undefined ? undefined : this.wishes.url(address);
    const head = await this.streams.store.head();
    if (from !== undefined && from > head + 1n) throw new Refusal('input-invalid', { message: BEYOND });
    const host = url !== undefined && (await this.isOther(webhookId, url)) ? new URL(url).host : undefined;
    const change = {
      wants,
      ...(host !== undefined && { host }),
      ...(paused !== undefined && { paused }),
      ...(from !== undefined && { after: from - 1n }),
    };
    const { position } = await this.streams.change(
      webhook,
      stream,
      (state) => changeWebhook(state, change),
      ...asAsked(asked),
    );
    // Nothing goes elsewhere before the log tells of it. A repeat after a crash in between finds the former address here.
    if (host !== undefined)
      await changeGrant(this.vault, webhookId, (grant) => {
        if (!grant) throw new Refusal('webhook-unknown');
        return { ...grant, url: url! };
      });
    return position;
  }

  private async isOther(webhookId: string, url: string): Promise<boolean> {
    return (await grantOf(this.vault, webhookId))?.url !== url;
  }
}

const BEYOND = 'from: lies behind the end of the log';

const defined = <T extends object>(some: T): Partial<T> =>
  Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as Partial<T>;

/** Answers the position at which it is gone. */
export class DeleteWebhook extends Command<bigint> {
  constructor(
    readonly webhookId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteWebhook)
export class DeleteWebhookHandler implements ICommandHandler<DeleteWebhook> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
  ) {}

  async execute({ webhookId, asked }: DeleteWebhook): Promise<bigint> {
    const stream = webhookStream(webhookId);
    const { position } = await this.streams.change(webhook, stream, deleteWebhook, ...asAsked(asked));
    await removeGrant(this.vault, webhookId);
    return position;
  }
}
