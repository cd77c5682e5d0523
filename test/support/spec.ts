// given/when/then for deciders and projections: scenarios in the words of the business, with a fixed clock.
import { isDeepStrictEqual } from 'node:util';
import { fold, type Decider } from '../../src/eventsourcing/decider';
import type { EventMap, EventOf, Meta, Recorded, StoredEvent } from '../../src/eventsourcing/event';
import type { Doc } from '../../src/read/document-store';
import { Refusal, type RefusalCode } from '../../src/refusals';
import { matcher } from '../../src/read/filters/matcher';
import type { Digest, Op, OpOnMany, Projection } from '../../projections/projection';

export const at = '2024-05-01T10:00:00.000Z';
export const later = '2024-05-02T11:30:00.000Z';

export const meta: Meta = {
  commandId: 'command-1',
  correlationId: 'correlation-1',
  actor: { type: 'user', id: 'user-1', userId: 'user-1' },
  source: { type: 'API' },
  at,
};

/**
 * An event of a scenario. Where it gives no stream and no metadata, it gets one stream for all and the `meta` above.
 */
export type Scene<M extends EventMap> = EventOf<M> & {
  readonly stream?: string;
  readonly meta?: Partial<Meta>;
};

/** Adds metadata (who, when, from where) or another stream to an event of a scenario. */
export const by = <E extends object>(event: E, part: Partial<Meta>, stream?: string) => ({
  ...event,
  meta: part,
  ...(stream !== undefined && { stream }),
});

/** The scenes as a store would give them back. Positions are 0, 10, 20 …: ordered, not dense. */
export function recorded<M extends EventMap>(scenes: readonly Scene<M>[]): Recorded<EventOf<M>>[] {
  const revisions = new Map<string, number>();
  return scenes.map((scene, index) => {
    const stream = scene.stream ?? 'test-1';
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const stored: StoredEvent = {
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      type: scene.type,
      data: (scene as { data: unknown }).data,
      meta: { ...meta, ...scene.meta },
      stream,
      revision,
      position: BigInt(index * 10),
      recordedAt: Date.parse(scene.meta?.at ?? at),
    };
    return stored as unknown as Recorded<EventOf<M>>;
  });
}

/** `const given = deciding(ticket)`, then `given(opened).when((s) => close(s)).then(closed)`. */
export const deciding =
  <S, M extends EventMap>(decider: Decider<S, M>) =>
  (...scenes: Scene<M>[]) => {
    const state = fold(decider, decider.initial, recorded(scenes));
    return {
      state,
      when(decide: (state: S, revision: number) => readonly EventOf<M>[]) {
        const run = () => decide(state, scenes.length - 1);
        return {
          then: (...events: EventOf<M>[]) => expect(run()).toEqual(events),
          thenNothing: () => expect(run()).toEqual([]),
          thenRefused: (code: RefusalCode) => expect(refusalOf(run)).toBe(code),
        };
      },
    };
  };

/** The code of the refusal that a function throws; undefined where it throws none. */
export function refusalOf(run: () => unknown): RefusalCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return undefined;
}

/** Of tests: shows what it was made of. */
export const digest: Digest = (value) => `digest of ${value}`;

type AnyRow = (data: unknown, event: unknown, digest: Digest) => unknown;

type Stored<D extends Doc> = Map<string, { stamp: bigint; doc: Omit<D, 'id'> | undefined }>;

function deliver<D extends Doc, M extends EventMap>(
  projection: Projection<D, M>,
  store: Stored<D>,
  event: Recorded<EventOf<M>>,
): void {
  const row = (projection.on as Record<string, AnyRow | undefined>)[event.type];
  const result = projection.onAny
    ? projection.onAny(event)
    : row?.((event as { data: unknown }).data, event, digest);
  if (result === undefined) return;
  const all = (Array.isArray(result) ? result : [result]) as (Op<D> | OpOnMany<D>)[];
  for (const op of all)
    if ('where' in op)
      for (const [id, { stamp, doc }] of store) {
        const old = { ...doc, id } as unknown as D;
        if (doc !== undefined && stamp < event.position && matcher(op.where)(old)) {
          const changed = op.change(old);
          if (changed !== old) store.set(id, { stamp: event.position, doc: changed });
        }
      }
  const ops = all.filter((op): op is Op<D> => !('where' in op));
  if (new Set(ops.map((op) => op.id)).size < ops.length)
    throw new Error(`${event.type}: two ops on one document`);
  for (const op of ops) {
    const old = store.get(op.id);
    if (old && old.stamp >= event.position) continue;
    const doc = applied(op, old?.doc);
    if (doc !== undefined || old !== undefined) store.set(op.id, { stamp: event.position, doc });
  }
}

function applied<D extends Doc>(op: Op<D>, old: Omit<D, 'id'> | undefined): Omit<D, 'id'> | undefined {
  if ('put' in op) return op.put;
  if ('patch' in op) return old && { ...old, ...op.patch };
  if ('change' in op) return op.change(old && ({ ...old, id: op.id } as unknown as D));
  return undefined;
}

function documents<D extends Doc>(store: Stored<D>): Record<string, D> {
  const found = [...store].filter(([, { doc }]) => doc !== undefined);
  // Through JSON, as a store keeps documents: one that JSON changes would differ after a restart.
  return Object.fromEntries(
    found.map(([id, { doc }]) => [id, JSON.parse(JSON.stringify({ ...doc, id })) as D]),
  );
}

/**
 * `projecting(openTickets).given(opened, closed).then({})` delivers all events once, then each event twice, then all of
 * them twice, and expects the same documents each time.
 */
export const projecting = <D extends Doc, M extends EventMap>(projection: Projection<D, M>) => ({
  given(...scenes: Scene<M>[]) {
    const events = recorded(scenes);
    const run = (deliveries: Recorded<EventOf<M>>[]): Record<string, D> => {
      const store: Stored<D> = new Map();
      for (const event of deliveries) deliver(projection, store, event);
      return documents(store);
    };
    const once = run(events);
    for (const again of [[...events, ...events], events.flatMap((event) => [event, event])])
      if (!isDeepStrictEqual(run(again), once))
        throw new Error(`${projection.name}: delivered twice it differs`);
    return {
      documents: once,
      then: (expected: Record<string, Omit<D, 'id'>>) =>
        expect(once).toEqual(
          Object.fromEntries(Object.entries(expected).map(([id, doc]) => [id, { ...doc, id }])),
        ),
    };
  },
});
