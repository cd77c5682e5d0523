// Answers queries with documents of projections, as fresh as the caller needs them.
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

/**
 * How fresh an answer must be. Without it, the answer holds what this process itself appended, if that takes no 5 s.
 */
export interface Freshness {
  /** A position that the client saw: the query is refused with `projection-behind` where it is not reached in time. */
  readonly after?: bigint;
  /** Called with the number of events missing from the answer, or a lower bound of it, when there are any. */
  readonly behind?: (events: bigint) => void;
  /** The answer may be as it is now: the caller has waited before. */
  readonly asItIs?: true;
}

/** A projection that jobs wait for was stopped by an event it cannot apply. */
export class ProjectionStopped extends Error {
  constructor(readonly projection: string) {
    super(`The projection ${projection} is stopped`);
  }
}

/** Milliseconds a query waits for what its answer must hold. */
const PATIENCE = 5_000;
/** After this part of PATIENCE, a fifth, the store is asked whether it answers at all. */
const DOUBTS = 5;

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
    const { active } = await this.freshened(projection, fresh);
    const found = await this.documents.getMany<D>(active, ids);
    return new Map([...found].flatMap(([id, { doc }]) => (doc ? [[id, doc] as const] : [])));
  }

  async find<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    options: FindOptions,
    fresh?: Freshness,
  ): Promise<Found<D>> {
    return this.documents.find<D>((await this.freshened(projection, fresh)).active, options);
  }

  /** All that a query finds, in pages of `limit`. Each page is as fresh as the caller needs it. */
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
    return this.documents.count((await this.freshened(projection, fresh)).active, filter);
  }

  /**
   * The position up to which the answering collection holds every change. Of later changes it may hold some and lack
   * earlier ones: a store may show a batch in parts.
   */
  async wholeUpTo(projection: AnyProjection, fresh?: Freshness): Promise<bigint> {
    return (await this.freshened(projection, fresh)).position;
  }

  /** Name of the collection that answers for a projection; may change when a new version takes over. */
  async collection(projection: AnyProjection): Promise<string> {
    return (await this.projector.progress(projection)).active;
  }

  /** Durable position of the code's version of a projection; START if nothing was applied. */
  async checkpoint(projection: AnyProjection): Promise<bigint> {
    return (await this.projector.progress(projection)).position;
  }

  /** For jobs: waits until the code's version has applied a position and answers. Rejects with ProjectionStopped. */
  async waitFor(projection: AnyProjection, position: bigint, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const movement = this.projector.movement(projection.name, signal);
      try {
        const progress = await this.projector.progress(projection);
        if (progress.current && progress.position >= position) return;
        if (progress.stopped) throw new ProjectionStopped(projection.name);
        await movement.happens;
      } finally {
        // A long job waits often: listeners that it no longer needs must not pile up on its signal.
        movement.forget();
      }
    }
  }

  /** The collection that answers, once it is fresh enough, and the position up to which it is applied. */
  private async freshened(
    projection: AnyProjection,
    { after, behind, asItIs }: Freshness = {},
  ): Promise<{ readonly active: string; readonly position: bigint }> {
    const own = asItIs ? START : this.streams.lastPosition;
    const wanted = after !== undefined && after > own ? after : own;
    let progress = await this.projector.progress(projection);
    const lacks = () => !progress.current || progress.position < wanted;
    if (wanted > START && lacks()) {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), this.patienceMs);
      // Nobody waits twice for a store that is out of reach: first for the events it lacks, then for its answer.
      let answers: Promise<unknown> | undefined;
      const doubt = setTimeout(() => {
        answers = this.documents.checkpoint(progress.active);
        answers.catch(() => patience.abort());
      }, this.patienceMs / DOUBTS);
      // A projection that is stopped or being rebuilt will not get there in time: no use to wait for it.
      while (lacks() && progress.current && !progress.stopped && !patience.signal.aborted) {
        const movement = this.projector.movement(projection.name, patience.signal);
        progress = await this.projector.progress(projection);
        if (lacks()) await movement.happens;
        else patience.abort();
      }
      clearTimeout(timer);
      clearTimeout(doubt);
      patience.abort();
      if (lacks()) await answers;
    }
    const position = progress.current
      ? progress.position
      : ((await this.documents.checkpoint(progress.active)) ?? START);
    if (after !== undefined && position < after) throw new Refusal('projection-behind', { retryAfter: 1 });
    if (behind && position < wanted) behind(this.feed.leastBetween(position, wanted));
    return { active: progress.active, position };
  }
}
