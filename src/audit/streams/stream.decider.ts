// Decisions on one stream of the audit log to a receiver, from its creation to its end.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { AuditStreamEvents } from './stream.events';

export const auditStreamOf = (streamId: string): string => `auditstream-${streamId}`;

type Created = AuditStreamEvents['auditstream.created.v1'];

export interface LiveAuditStream extends Omit<Created, 'after'> {
  readonly status: 'live';
  readonly paused: boolean;
  /** Where it begins, or goes on, if nothing else is known of how far it is. */
  readonly after: bigint;
}

export type AuditStream = { readonly status: 'none' } | LiveAuditStream | { readonly status: 'deleted' };

const when = (state: AuditStream, change: Partial<LiveAuditStream>): AuditStream =>
  state.status === 'live' ? { ...state, ...change } : state;

export const auditStream: Decider<AuditStream, AuditStreamEvents> = {
  initial: { status: 'none' },
  evolve: {
    'auditstream.created.v1': (_, { after, ...created }) => ({
      ...{ ...created, status: 'live', paused: false, after: BigInt(after) },
    }),
    'auditstream.paused.v1': (state) => when(state, { paused: true }),
    'auditstream.resumed.v1': (state) => when(state, { paused: false }),
    'auditstream.moved.v1': (state, { after }) => when(state, { after: BigInt(after) }),
    'auditstream.reached.v1': (state, { position }) => when(state, { after: BigInt(position) }),
    'auditstream.deleted.v1': () => ({ status: 'deleted' }),
  },
};

const ev = eventsOf<AuditStreamEvents>();
type Decided = readonly EventOf<AuditStreamEvents>[];

/** The stream; refuses with `audit-stream-unknown` where there is none, or none any more. */
export function liveAuditStream(state: AuditStream): LiveAuditStream {
  if (state.status !== 'live') throw new Refusal('audit-stream-unknown');
  return state;
}

export const createAuditStream = (state: AuditStream, created: Created): Decided =>
  state.status === 'none' ? [ev('auditstream.created.v1', created)] : [];

export interface AuditStreamChange {
  readonly paused?: boolean | undefined;
  /** It goes on after this position. */
  readonly after?: bigint | undefined;
}

export function changeAuditStream(state: AuditStream, { paused, after }: AuditStreamChange): Decided {
  const live = liveAuditStream(state);
  const { streamId } = live;
  return [
    ...(after === undefined ? [] : [ev('auditstream.moved.v1', { streamId, after: String(after) })]),
    ...(paused === true && !live.paused ? [ev('auditstream.paused.v1', { streamId })] : []),
    ...(paused === false && live.paused ? [ev('auditstream.resumed.v1', { streamId })] : []),
  ];
}

/** Notes how far it is; a position before the known one tells nothing. */
export const noteSent = (state: AuditStream, position: bigint): Decided =>
  state.status === 'live' && position > state.after
    ? [ev('auditstream.reached.v1', { streamId: state.streamId, position: String(position) })]
    : [];

export const deleteAuditStream = (state: AuditStream): Decided =>
  state.status === 'deleted'
    ? []
    : [ev('auditstream.deleted.v1', { streamId: liveAuditStream(state).streamId })];
