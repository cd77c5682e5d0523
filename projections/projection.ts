// Defines a projection as data: a name, a version, and a row for each event that says which documents change how.
import type { EventMap, EventOf, Recorded, StoredEvent } from '../src/eventsourcing/event';
import type { CollectionSpec, Doc, Filter, Index, Scanned, Sort } from '../src/read/document-store';

/**
 * One operation on one document, at most one for each document and event. `change` is a pure function of the old
 * document.
 */
export type Op<D extends Doc = Doc> =
  | { readonly id: string; readonly put: Omit<D, 'id'> }
  | { readonly id: string; readonly patch: Partial<Omit<D, 'id'>> }
  | { readonly id: string; readonly change: (old: D | undefined) => Omit<D, 'id'> | undefined }
  | { readonly id: string; readonly remove: true };

/** What a row asks for. */
export type Asks<D extends Doc> = Op<D> | readonly (Op<D> | OpOnMany<D>)[] | undefined;

/** A keyed digest of a value: documents that are found by values keep no more of them. */
export type Digest = (value: string) => string;

/**
 * Changes each of the documents that a filter finds, however many; one that `change` gives back as it is stays. `order` is
 * that of an index of `sought` which holds all paths of the filter, none of which `change` touches.
 */
export interface OpOnMany<D extends Doc = Doc> {
  readonly where: Filter;
  readonly order: Sort;
  readonly change: (old: D) => D;
}

type Row<D extends Doc, M extends EventMap, K extends keyof M & string> = (
  data: M[K],
  event: Recorded<Extract<EventOf<M>, { type: K }>>,
  digest: Digest,
) => Asks<D>;

export interface Projection<D extends Doc, M extends EventMap = EventMap> {
  /** A plural noun; the collection is called `name_vN`. */
  readonly name: string;
  /**
   * To be raised when rows, document or indexes change: a new collection is built beside the old one, then switched in.
   */
  readonly version: number;
  /**
   * A process that serves this is not ready before the projection has applied what was in the log at the start, nor
   * while the projection is stopped.
   */
  readonly neededBy?: 'writes';
  readonly indexes?: readonly Index[];
  readonly sought?: readonly Index[];
  readonly covering?: readonly Index[];
  readonly scanned?: Scanned;
  readonly terms?: string;
  readonly on: { readonly [K in keyof M & string]?: Row<D, M, K> };
  /** A single row that takes every event, whatever its type, instead of `on`. */
  readonly onAny?: (event: StoredEvent) => Asks<D>;
}

/** A projection of any document and events, as the projector runs it. */
export interface AnyProjection extends Omit<Projection<Doc>, 'on' | 'onAny'> {
  readonly on: object;
  readonly onAny?: (event: StoredEvent) => unknown;
}

export const collectionOf = (projection: AnyProjection): CollectionSpec => ({
  name: `${projection.name}_v${projection.version}`,
  ...(projection.indexes && { indexes: projection.indexes }),
  ...(projection.sought && { sought: projection.sought }),
  ...(projection.covering && { covering: projection.covering }),
  ...(projection.scanned && { scanned: projection.scanned }),
  ...(projection.terms !== undefined && { terms: projection.terms }),
});
