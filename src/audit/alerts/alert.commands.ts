// Commands of alerts: one is made, changed, tested and deleted.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { alerts } from '../../../projections/audit/alerts';
import { asAsked, newId, type CommandContext } from '../../caller';
import { partOf } from '../../eventsourcing/event-ids';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { KnownViews } from '../views/known-views';
import {
  alert,
  alertStream,
  changeAlert,
  createAlert,
  deleteAlert,
  liveAlert,
  requireSense,
} from './alert.decider';
import type { AlertKind, AlertRule, RowParameters } from './alert.events';
import { MOST_ALERTS, rowsOfKind } from './alert.vocabulary';
import { AlertWebhooks } from './alert-webhooks';
import { incident, incidentStream, openIncident } from './incident.decider';

/** What is left out stays, or is as usual. */
export type AlertWishes = {
  readonly [K in keyof Omit<AlertRule, 'kind' | 'filter' | 'view' | 'webhook'>]?: AlertRule[K] | undefined;
} & {
  readonly filter?: RowParameters | undefined;
  /** Id of a view whose filter is copied. */
  readonly view?: string | undefined;
  /** The whole address; null: none any more. */
  readonly webhook?: string | null | undefined;
};

export interface KeptAlert {
  readonly id: string;
  readonly position: bigint;
  /** Of the webhook, where it was given an address. */
  readonly secret?: string;
}

const defined = <T extends object>(some: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as never;

const usual: Omit<AlertRule, 'name' | 'kind'> = {
  ...{ filter: null, view: null, per: 'actor', threshold: null, windowMinutes: 60, baseline: null },
  ...{ enabled: true, snoozedUntil: null, webhook: null },
};

export class CreateAlert extends Command<KeptAlert> {
  constructor(
    readonly wished: AlertWishes & { readonly name: string; readonly kind: AlertKind },
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateAlert)
export class CreateAlertHandler implements ICommandHandler<CreateAlert> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly views: KnownViews,
    private readonly webhooks: AlertWebhooks,
  ) {}

  async execute({ wished, asked }: CreateAlert): Promise<KeptAlert> {
    const { webhook, view, ...rest } = wished;
    const url = webhook == null ? undefined : await this.webhooks.require(webhook, asked.caller);
    const rule: AlertRule = {
      ...usual,
      ...(wished.kind === 'FILTER' && { per: 'account' as const }),
      ...defined(rest),
      ...(await viewed(this.views, view, asked)),
      webhook: url === undefined ? null : new URL(url).host,
    };
    requireSense(rule);
    if ((await this.readModels.count(alerts)) >= MOST_ALERTS)
      throw new Refusal('too-many', { message: `An account has at most ${MOST_ALERTS} alerts` });
    const id = await newId(asked.command);
    const secret = url === undefined ? undefined : await this.webhooks.keep(id, url, asked.command.id);
    const { position } = await this.streams.change(
      alert,
      alertStream(id),
      (state) => createAlert(state, { ...rule, alertId: id }),
      ...asAsked(asked),
    );
    return { id, position, ...(secret !== undefined && { secret }) };
  }
}

async function viewed(views: KnownViews, view: string | undefined, { caller }: CommandContext) {
  if (view === undefined) return {};
  const { from: _, to: __, ...filter } = (await views.view(view, caller, {})).filter;
  return { view, filter };
}

export class ChangeAlert extends Command<KeptAlert> {
  constructor(
    readonly alertId: string,
    readonly wished: AlertWishes,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeAlert)
export class ChangeAlertHandler implements ICommandHandler<ChangeAlert> {
  constructor(
    private readonly streams: Streams,
    private readonly views: KnownViews,
    private readonly webhooks: AlertWebhooks,
  ) {}

  async execute({ alertId: id, wished, asked }: ChangeAlert): Promise<KeptAlert> {
    const stream = alertStream(id);
    liveAlert((await this.streams.load(alert, stream)).state);
    const { webhook, view, filter, ...rest } = wished;
    const url = webhook == null ? undefined : await this.webhooks.require(webhook, asked.caller);
    const changes: Partial<AlertRule> = {
      ...defined(rest),
      ...(filter && { filter, view: null }),
      ...(await viewed(this.views, view, asked)),
      ...(webhook !== undefined && { webhook: url === undefined ? null : new URL(url).host }),
    };
    const { position } = await this.streams.change(
      alert,
      stream,
      (state) => changeAlert(state, changes, url !== undefined),
      ...asAsked(asked),
    );
    // Nothing goes elsewhere before the log tells of it.
    const secret = url === undefined ? undefined : await this.webhooks.keep(id, url, asked.command.id);
    if (webhook === null) await this.webhooks.remove(id);
    return { id, position, ...(secret !== undefined && { secret }) };
  }
}

/** Answers the position at which it is gone. */
export class DeleteAlert extends Command<bigint> {
  constructor(
    readonly alertId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteAlert)
export class DeleteAlertHandler implements ICommandHandler<DeleteAlert> {
  constructor(
    private readonly streams: Streams,
    private readonly webhooks: AlertWebhooks,
  ) {}

  async execute({ alertId, asked }: DeleteAlert): Promise<bigint> {
    const { position } = await this.streams.change(
      alert,
      alertStream(alertId),
      deleteAlert,
      ...asAsked(asked),
    );
    await this.webhooks.remove(alertId);
    return position;
  }
}

/** Makes an incident that nothing has led to: whoever asks is told of it in the ways of the alert. */
export class TestAlert extends Command<{ readonly incidentId: string; readonly position: bigint }> {
  constructor(
    readonly alertId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(TestAlert)
export class TestAlertHandler implements ICommandHandler<TestAlert> {
  constructor(private readonly streams: Streams) {}

  async execute({ alertId, asked }: TestAlert) {
    const { name, kind, webhook } = liveAlert((await this.streams.load(alert, alertStream(alertId))).state);
    const { id, at } = asked.command;
    const incidentId = partOf(id, `test of ${alertId}`);
    const opened = {
      ...({ incidentId, alertId, name, kind, by: 'test', count: 0, first: at, last: at } as const),
      ...{ rows: kind === 'FILTER' ? {} : rowsOfKind[kind], webhook: webhook !== null, silent: false },
    };
    const { position } = await this.streams.change(
      incident,
      incidentStream(incidentId),
      (state) => openIncident(state, opened),
      ...asAsked(asked),
    );
    return { incidentId, position };
  }
}
