// The query of the feed: what happened to records after a position, for those who would rather ask than be told.
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { GetAccount, portalIdOf } from '../account/account.queries';
import type { Caller } from '../caller';
import { EventStore, START } from '../eventsourcing/event-store';
import { ProjectionStopped } from '../read/read-models';
import { Refusal } from '../refusals';
import { LogItems } from './telling/log-items';
import { Messages, type Message } from './telling/messages';
import { webhookEventNames } from './webhook.vocabulary';
import { WebhookWishes, type Wishes } from './webhook-wishes';

export interface FeedPage {
  readonly results: readonly Message[];
  /** The position up to which the log was looked at: where to go on. */
  readonly after: string;
  /** There is more to look at at once. */
  readonly more: boolean;
}

export class FollowEvents extends Query<FeedPage> {
  constructor(
    /** `now`: from the end of the log on; undefined: from its beginning on. */
    readonly after: bigint | 'now' | undefined,
    readonly limit: number,
    /** Types that are left out: all that the caller may read. Events that are left out: all. */
    readonly wished: Partial<Wishes>,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** What one request looks at: characters of values and events. */
const MOST = { size: 2 * 1024 * 1024, events: 5_000 };
const PATIENCE_MS = 5_000;

@QueryHandler(FollowEvents)
export class FollowEventsHandler implements IQueryHandler<FollowEvents> {
  constructor(
    private readonly logItems: LogItems,
    private readonly messages: Messages,
    private readonly wishes: WebhookWishes,
    private readonly eventStore: EventStore,
    private readonly queries: QueryBus,
  ) {}

  async execute({ after, limit, wished, caller }: FollowEvents): Promise<FeedPage> {
    const objectTypes = wished.objectTypes ?? (await this.wishes.readable(caller));
    const events = wished.events ?? webhookEventNames;
    const wants = await this.wishes.wants({ ...wished, objectTypes, events }, caller);
    if (after === 'now' || wants.objectTypes.length === 0)
      return { results: [], after: String(await this.eventStore.head()), more: false };
    const begin = after ?? START;
    const { items, upTo, end } = await this.logItems.after(begin, wants, { rows: limit, ...MOST });
    const portalId = portalIdOf(await this.queries.execute(new GetAccount()));
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const worded = await this.messages.of(items, caller, portalId, patience).catch((error: unknown) => {
      const isBehind = patience.aborted || error instanceof ProjectionStopped;
      throw isBehind ? new Refusal('projection-behind', { retryAfter: 1 }) : error;
    });
    return { results: items.flatMap((item) => worded.get(item)!), after: String(upTo), more: !end };
  }
}
