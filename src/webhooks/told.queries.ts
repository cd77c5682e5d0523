// The query of a plan: which subscriptions would be told of what it changes, and how often.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { webhooks, type WebhookDocument } from '../../projections/webhooks';
import { ReadModels } from '../read/read-models';
import { isWantedProperty, type WebhookCause } from './webhook.vocabulary';

/**
 * What is to be changed, by object type (plural name): changes of values by property, records that come back or are
 * archived, and links that come or go.
 */
export interface ToBeChanged {
  readonly byProperty: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly byKind: Readonly<
    Record<string, { readonly recreate?: number; readonly archive?: number; readonly links?: number }>
  >;
}

/** A subscription that would be told; a paused one once it goes on. */
export interface Automation {
  readonly subscriptionId: string;
  readonly host: string;
  readonly times: number;
}

export class CountTold extends Query<readonly Automation[]> {
  constructor(
    readonly cause: WebhookCause,
    readonly changes: ToBeChanged,
  ) {
    super();
  }
}

const PAGE = 200;

@QueryHandler(CountTold)
export class CountToldHandler implements IQueryHandler<CountTold> {
  constructor(private readonly readModels: ReadModels) {}

  /** Those that would not be told are left out. */
  async execute({ cause, changes }: CountTold): Promise<readonly Automation[]> {
    const automations: Automation[] = [];
    for await (const page of this.readModels.pages(webhooks, { sort: ['createdAt'], limit: PAGE }))
      for (const one of page) {
        const times = one.told[cause] ? timesOf(one, changes) : 0;
        if (times > 0) automations.push({ subscriptionId: one.id, host: one.host, times });
      }
    return automations;
  }
}

export function timesOf(
  { objectTypes, events, properties }: Pick<WebhookDocument, 'objectTypes' | 'events' | 'properties'>,
  { byProperty, byKind }: ToBeChanged,
): number {
  let times = 0;
  for (const type of objectTypes) {
    const { recreate = 0, archive = 0, links = 0 } = byKind[type] ?? {};
    if (events.includes('restore')) times += recreate;
    if (events.includes('deletion')) times += archive;
    if (events.includes('associationChange')) times += links;
    if (!events.includes('propertyChange')) continue;
    for (const [name, count] of Object.entries(byProperty[type] ?? {}))
      if (isWantedProperty(properties, name)) times += count;
  }
  return times;
}
