// Folds events over documents in memory: the one place that says what a projection's operations do.
import type { AnyProjection, Op } from '../../projections/projection';
import type { StoredEvent } from '../eventsourcing/event';
import type { Doc, Stamped, Write } from './document-store';

/** What events ask of documents, before any document is loaded. */
export interface Asked {
  readonly event: StoredEvent;
  readonly ops: readonly Op[];
}

/** A row that threw: its projection stops before this event. Holds no value of the event. */
export interface RowFailure {
  readonly event: StoredEvent;
  readonly error: unknown;
}

type AnyRow = ((data: unknown, event: StoredEvent) => Op | readonly Op[] | undefined) | undefined;

const isList = (ops: Op | readonly Op[]): ops is readonly Op[] => Array.isArray(ops);

function opsOf(projection: AnyProjection, event: StoredEvent): readonly Op[] {
  const row = (projection.on as Record<string, AnyRow>)[event.type];
  const asked = projection.onAny
    ? (projection.onAny(event) as ReturnType<NonNullable<AnyRow>>)
    : row?.(event.data, event);
  if (asked === undefined) return [];
  return isList(asked) ? asked : [asked];
}

/** The operations of events, up to one whose row throws. */
export function askedOf(
  projection: AnyProjection,
  events: readonly StoredEvent[],
): { asked: Asked[]; failure?: RowFailure } {
  const asked: Asked[] = [];
  for (const event of events) {
    try {
      const ops = opsOf(projection, event);
      if (ops.length > 0) asked.push({ event, ops });
    } catch (error) {
      return { asked, failure: { event, error } };
    }
  }
  return { asked };
}

/**
 * Carries out operations on loaded documents (`loaded` holds those that exist, tombstones too). A document stamped at
 * or after an event has seen it: redelivery changes nothing. An event counts whole or, where an operation throws, not.
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
  for (const { event, ops } of asked) {
    const after: Stamped[] = [];
    try {
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

const stampOf = (old: Stamped | undefined) => old && { loaded: old.stamp };

/** `patch` changes what is there; `change` that gives nothing removes. */
function applied(op: Op, old: Doc | undefined): Doc | undefined {
  if ('put' in op) return { ...op.put, id: op.id };
  if ('patch' in op) return old && { ...old, ...op.patch, id: op.id };
  if ('remove' in op) return undefined;
  const changed = op.change(old);
  return changed && { ...changed, id: op.id };
}
