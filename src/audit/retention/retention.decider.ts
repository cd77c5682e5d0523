// Decisions on how long rows are kept, on legal holds, and on when a purge begins and ends: one stream of the account,
// so that each purge knows all policies and holds that were there before it.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { CutOff, HoldScope, RetentionEvents, RowCounts } from './retention.events';

export const RETENTION_STREAM = 'retention-account';

const DAY_MS = 86_400_000;
/** Holds at once. */
const MOST_HOLDS = 100;

export interface Hold {
  readonly holdId: string;
  readonly name: string;
  readonly reason: string;
  readonly scope: HoldScope;
  /** ISO time, and id of the person who placed it. */
  readonly placedAt: string;
  readonly placedBy: string;
}

export interface RunningPurge {
  readonly purgeId: string;
  readonly begunAt: string;
  readonly cutOffs: readonly CutOff[];
  readonly holds: readonly string[];
  /**
   * A policy was changed, or a hold was placed, since it began: it does not go by that, and removes no more. Processes of
   * an earlier version changed that first, and closed it then.
   */
  readonly outdated: boolean;
}

export interface Retention {
  /** Days by category; a category that is missing is kept for good. */
  readonly policies: Readonly<Record<string, number>>;
  /** ISO time of the last change of a policy. */
  readonly changedAt: string | null;
  /** By id. */
  readonly holds: Readonly<Record<string, Hold>>;
  readonly purge: RunningPurge | undefined;
  /** ISO time at which the last purge that was not stopped began. */
  readonly purgedAt: string | null;
}

const outdated = (state: Retention): Retention => ({
  ...state,
  ...(state.purge && { purge: { ...state.purge, outdated: true } }),
});

export const retention: Decider<Retention, RetentionEvents> = {
  initial: { policies: {}, changedAt: null, holds: {}, purge: undefined, purgedAt: null },
  evolve: {
    'retention.policies-changed.v1': (state, { changes }, { meta }) => {
      const days = Object.entries(changes).map(([category, { to }]) => [category, to] as const);
      const policies = Object.entries({ ...state.policies, ...Object.fromEntries(days) });
      const limited = policies.filter((one): one is [string, number] => one[1] !== null);
      return { ...outdated(state), policies: Object.fromEntries(limited), changedAt: meta.at };
    },
    'retention.hold-placed.v1': (state, placed, { meta: { at, actor } }) => {
      const hold = { ...placed, placedAt: at, placedBy: actor.userId ?? actor.id };
      return { ...outdated(state), holds: { ...state.holds, [placed.holdId]: hold } };
    },
    'retention.hold-released.v1': (state, { holdId }) => {
      const { [holdId]: _, ...holds } = state.holds;
      return { ...state, holds };
    },
    'retention.purge-begun.v1': (state, begun, { meta }) => ({
      ...state,
      purge: { ...begun, begunAt: meta.at, outdated: false },
    }),
    'retention.purge-ended.v1': (state, { outcome }) => ({
      ...state,
      purge: undefined,
      ...(outcome !== 'stopped' && { purgedAt: state.purge?.begunAt ?? state.purgedAt }),
    }),
  },
};

const ev = eventsOf<RetentionEvents>();
type Decided = EventOf<RetentionEvents>[];

/** Categories that are left out are kept for good from now on. */
export function changePolicies(state: Retention, wanted: Retention['policies']): Decided {
  const categories = new Set([...Object.keys(state.policies), ...Object.keys(wanted)]);
  const changes = Object.fromEntries(
    [...categories]
      .map((id) => [id, { from: state.policies[id] ?? null, to: wanted[id] ?? null }] as const)
      .filter(([, { from, to }]) => from !== to),
  );
  return Object.keys(changes).length > 0 ? [ev('retention.policies-changed.v1', { changes })] : [];
}

export function placeHold(state: Retention, hold: RetentionEvents['retention.hold-placed.v1']): Decided {
  if (hold.holdId in state.holds) return [];
  if (Object.keys(state.holds).length >= MOST_HOLDS)
    throw new Refusal('too-many', { message: `There are at most ${MOST_HOLDS} legal holds at once` });
  return [ev('retention.hold-placed.v1', hold)];
}

export function releaseHold(state: Retention, holdId: string): Decided {
  const hold = state.holds[holdId];
  if (!hold) throw new Refusal('hold-unknown');
  return [ev('retention.hold-released.v1', { holdId, name: hold.name })];
}

/** Begins a purge unless one is running. Refused with `retention-unlimited` where all rows are kept for good. */
export function beginPurge(state: Retention, purgeId: string, now: string): Decided {
  if (state.purge) return [];
  const cutOffs = Object.entries(state.policies).map(([category, days]) => ({
    category,
    before: new Date(Date.parse(now) - days * DAY_MS).toISOString(),
  }));
  if (cutOffs.length === 0) throw new Refusal('retention-unlimited');
  return [ev('retention.purge-begun.v1', { purgeId, cutOffs, holds: Object.keys(state.holds) })];
}

export interface PurgeEnd {
  readonly outcome: RetentionEvents['retention.purge-ended.v1']['outcome'];
  readonly reason: string | null;
  readonly removed: RowCounts;
  readonly held: number | null;
}

export const endPurge = (state: Retention, purgeId: string, end: PurgeEnd): Decided =>
  state.purge?.purgeId === purgeId ? [ev('retention.purge-ended.v1', { purgeId, ...end })] : [];

/** Hour and minute (UTC) of the nightly purge. */
const NIGHT_MS = (2 * 60 + 30) * 60_000;

/** Whether the nightly purge is due: a policy is first kept to in the night after it was made. */
export function isPurgeDue({ policies, purge, changedAt, purgedAt }: Retention, now: number): boolean {
  if (purge || Object.keys(policies).length === 0) return false;
  const night = Math.floor((now - NIGHT_MS) / DAY_MS) * DAY_MS + NIGHT_MS;
  return [changedAt, purgedAt].every((at) => at === null || Date.parse(at) < night);
}
