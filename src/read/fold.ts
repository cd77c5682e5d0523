// Folds events over documents in memory: the one place that says what a projection's operations do.
import type { AnyProjection, Asks, Digest, Op, OpOnMany } from '../../projections/projection';
import type { StoredEvent } from '../eventsourcing/event';
import type { Doc, Stamped, Write } from './document-store';
import { matcher } from './filters/matcher';

/** An event, and the operations on documents that a projection's row gives for it; no document is loaded yet. */
export interface Asked {
  readonly event: StoredEvent;
  readonly ops: readonly Op[];
  /** Operations on whatever is found when all events before have been applied. */
  readonly onMany: readonly OpOnMany[];
}

/** A row threw at `event`: its projection stops before that event. */
export interface RowFailure {
  readonly event: StoredEvent;
  readonly error: unknown;
}

type AnyRow = ((data: unknown, event: StoredEvent, digest: Digest) => Asks<Doc>) | undefined;
type AnyOp = Op | OpOnMany;

const isList = (ops: AnyOp | readonly AnyOp[]): ops is readonly AnyOp[] => Array.isArray(ops);
const isOnMany = (op: AnyOp): op is OpOnMany => 'where' in op;

function opsOf(projection: AnyProjection, event: StoredEvent, digest: Digest): readonly AnyOp[] {
  const row = (projection.on as Record<string, AnyRow>)[event.type];
  const asked = projection.onAny
    ? (projection.onAny(event) as ReturnType<NonNullable<AnyRow>>)
    : row?.(event.data, event, digest);
  if (asked === undefined) return [];
  return isList(asked) ? asked : [asked];
}

/** The operations that a projection's rows give for events, up to the first event whose row throws. */
export function askedOf(
  projection: AnyProjection,
  events: readonly StoredEvent[],
  digest: Digest,
): { asked: Asked[]; failure?: RowFailure } {
  const asked: Asked[] = [];
  for (const event of events) {
    try {
      const ops = opsOf(projection, event, digest);
      if (ops.length > 0)
        asked.push({
          event,
          ops: ops.filter((op): op is Op => !isOnMany(op)),
          onMany: ops.filter(isOnMany),
        });
    } catch (error) {
      return { asked, failure: { event, error } };
    }
  }
  return { asked };
}

/**
 * Carries out operations on documents (`loaded` holds those that exist, tombstones too). A document stamped at or after
 * an event has seen that event: redelivery changes nothing. Where an operation throws, none of its event counts.
 */
export function fold(
  asked: readonly Asked[],
  loaded: ReadonlyMap<string, Stamped>,
): { writes: Write[]; failure?: RowFailure } {
  const touched = new Map<string, Stamped>();
  const done = (failure?: RowFailure) => ({
    writes: [...touched.values()].map((now) => ({
      loaded: undefined,
      ...stampOf(loaded.get(now.id)),
      ...now,
    })),
    ...(failure && { failure }),
  });
  for (const { event, ops, onMany } of asked) {
    const after: Stamped[] = [];
    try {
      for (const op of onMany)
        for (const old of there(op, touched, loaded))
          if (old.stamp < event.position) {
            const doc = op.change(old.doc);
            if (doc !== old.doc) after.push({ id: old.id, stamp: event.position, doc });
          }
      for (const op of ops) {
        const old = touched.get(op.id) ?? loaded.get(op.id);
        if (old && old.stamp >= event.position) continue;
        const doc = applied(op, old?.doc);
        if (doc || old) after.push({ id: op.id, stamp: event.position, ...(doc && { doc }) });
      }
    } catch (error) {
      return done({ event, error });
    }
    for (const now of after) touched.set(now.id, now);
  }
  return done();
}

/** The documents at hand that an operation on many is about. */
function there(
  { where }: OpOnMany,
  touched: ReadonlyMap<string, Stamped>,
  loaded: ReadonlyMap<string, Stamped>,
): (Stamped & { readonly doc: Doc })[] {
  const matches = matcher(where);
  return [...new Set([...touched.keys(), ...loaded.keys()])].flatMap((id) => {
    const { stamp, doc } = touched.get(id) ?? loaded.get(id)!;
    return doc && matches(doc) ? [{ id, stamp, doc }] : [];
  });
}

const stampOf = (old: Stamped | undefined) => old && { loaded: old.stamp };

/** The document after an operation. `patch` makes no document; a `change` that gives nothing removes it. */
function applied(op: Op, old: Doc | undefined): Doc | undefined {
  if ('put' in op) return { ...op.put, id: op.id };
  if ('patch' in op) return old && { ...old, ...op.patch, id: op.id };
  if ('remove' in op) return undefined;
  const changed = op.change(old);
  return changed && { ...changed, id: op.id };
}
