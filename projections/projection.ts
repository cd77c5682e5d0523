// What a projection is: data. A name, a version, and one row per event that says which documents change how.
import type { EventMap, EventOf, Recorded, StoredEvent } from '../src/eventsourcing/event';
import type { CollectionSpec, Doc, Index, Scanned } from '../src/read/document-store';

/** One operation on one document. At most one per document and event; `change` is a pure function of the old one. */
export type Op<D extends Doc = Doc> =
  | { readonly id: string; readonly put: Omit<D, 'id'> }
  | { readonly id: string; readonly patch: Partial<Omit<D, 'id'>> }
  | { readonly id: string; readonly change: (old: D | undefined) => Omit<D, 'id'> | undefined }
  | { readonly id: string; readonly remove: true };

type Row<D extends Doc, M extends EventMap, K extends keyof M & string> = (
  data: M[K],
  event: Recorded<Extract<EventOf<M>, { type: K }>>,
) => Op<D> | readonly Op<D>[] | undefined;

export interface Projection<D extends Doc, M extends EventMap = EventMap> {
  /** Plural noun; the collection is `name_vN`. */
  readonly name: string;
  /** Raise it when rows, document or indexes change: the new collection is built beside the old one, then switched. */
  readonly version: number;
  /** A process is not ready before it has applied what was in the log at its start, nor once it has stopped. */
  readonly neededBy?: 'writes';
  readonly indexes?: readonly Index[];
  readonly covering?: readonly Index[];
  readonly scanned?: Scanned;
  readonly on: { readonly [K in keyof M & string]?: Row<D, M, K> };
  /** Takes every event, whatever its type, instead of `on`. */
  readonly onAny?: (event: StoredEvent) => Op<D> | readonly Op<D>[] | undefined;
}

/** A projection whose types are no longer needed: what the projector runs. */
export interface AnyProjection extends Omit<Projection<Doc>, 'on' | 'onAny'> {
  readonly on: object;
  readonly onAny?: (event: StoredEvent) => unknown;
}

export const collectionOf = (projection: AnyProjection): CollectionSpec => ({
  name: `${projection.name}_v${projection.version}`,
  ...(projection.indexes && { indexes: projection.indexes }),
  ...(projection.covering && { covering: projection.covering }),
  ...(projection.scanned && { scanned: projection.scanned }),
});
