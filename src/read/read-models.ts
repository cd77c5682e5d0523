// What queries ask: documents of projections, as fresh as the asker needs them.
import type { AnyProjection, Projection } from '../../projections/projection';
import type { EventMap } from '../eventsourcing/event';
import { START } from '../eventsourcing/event-store';
import type { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import {
  pagesOf,
  type Doc,
  type DocumentStore,
  type Filter,
  type FindOptions,
  type Found,
} from './document-store';
import type { Feed } from './feed';
import type { Projector } from './projector';

/** How fresh an answer must be; without it, it holds what this process itself appended, if that takes no 5 s. */
export interface Freshness {
  /** The position the client saw: refused with `projection-behind` when it is not reached in time. */
  readonly after?: bigint;
  /** Called with the number of events missing from the answer, when there are any. */
  readonly behind?: (events: bigint) => void;
}

/** A projection that jobs wait for was stopped by an event it cannot apply. */
export class ProjectionStopped extends Error {
  constructor(readonly projection: string) {
    super(`The projection ${projection} is stopped`);
  }
}

/** Milliseconds a query waits for what it must hold. */
const PATIENCE = 5_000;

export class ReadModels {
  constructor(
    private readonly documents: DocumentStore,
    private readonly projector: Projector,
    private readonly feed: Feed,
    private readonly streams: Streams,
    private readonly patienceMs = PATIENCE,
  ) {}

  async get<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    id: string,
    fresh?: Freshness,
  ): Promise<D | undefined> {
    return (await this.getMany(projection, [id], fresh)).get(id);
  }

  async getMany<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    ids: readonly string[],
    fresh?: Freshness,
  ): Promise<Map<string, D>> {
    const found = await this.documents.getMany<D>(await this.freshened(projection, fresh), ids);
    return new Map([...found].flatMap(([id, { doc }]) => (doc ? [[id, doc] as const] : [])));
  }

  async find<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    options: FindOptions,
    fresh?: Freshness,
  ): Promise<Found<D>> {
    return this.documents.find<D>(await this.freshened(projection, fresh), options);
  }

  /** All that is found, in pages of `limit`. Each page is as fresh as the asker needs it. */
  pages<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    options: Omit<FindOptions, 'after' | 'total'>,
    fresh?: Freshness,
  ): AsyncGenerator<readonly D[]> {
    return pagesOf((from) => this.find(projection, { ...options, ...from }, fresh));
  }

  async count<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    filter?: Filter,
    fresh?: Freshness,
  ): Promise<number> {
    return this.documents.count(await this.freshened(projection, fresh), filter);
  }

  /** Name of the collection that answers for a projection; may change when a new version takes over. */
  async collection(projection: AnyProjection): Promise<string> {
    return (await this.projector.progress(projection)).active;
  }

  /** Durable position of the code's version of a projection; START if nothing was applied. */
  async checkpoint(projection: AnyProjection): Promise<bigint> {
    return (await this.projector.progress(projection)).position;
  }

  /** For jobs: until the code's version has applied a position and answers. Rejects with ProjectionStopped. */
  async waitFor(projection: AnyProjection, position: bigint, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const moved = this.projector.moved(projection.name, signal);
      const progress = await this.projector.progress(projection);
      if (progress.current && progress.position >= position) return;
      if (progress.stopped) throw new ProjectionStopped(projection.name);
      await moved;
    }
  }

  /** The collection to ask, once it is fresh enough. */
  private async freshened(projection: AnyProjection, { after, behind }: Freshness = {}): Promise<string> {
    const own = this.streams.lastPosition;
    const wanted = after !== undefined && after > own ? after : own;
    let progress = await this.projector.progress(projection);
    const lacks = () => !progress.current || progress.position < wanted;
    if (wanted > START && lacks()) {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), this.patienceMs);
      // What is stopped or rebuilt will not come in time: no use to wait for it.
      while (lacks() && progress.current && !progress.stopped && !patience.signal.aborted) {
        const moved = this.projector.moved(projection.name, patience.signal);
        progress = await this.projector.progress(projection);
        if (lacks()) await moved;
        else patience.abort();
      }
      clearTimeout(timer);
      patience.abort();
    }
    const position = progress.current
      ? progress.position
      : ((await this.documents.checkpoint(progress.active)) ?? START);
    if (after !== undefined && position < after) throw new Refusal('projection-behind', { retryAfter: 1 });
    if (behind && position < wanted) behind(await this.feed.countAfter(position));
    return progress.active;
  }
}
