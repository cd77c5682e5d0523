// Decides what is told of searches: each question once in a quarter of an hour, and of many questions that they were many.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { AuditSearchEvents } from './search.events';

/** Questions of one person in a quarter of an hour that are told of one by one: a filter box asks while somebody types. */
export const MOST_TOLD = 50;

export interface Searched {
  readonly digests: ReadonlySet<string>;
  /** It was told that there were more. */
  readonly more: boolean;
}

const ev = eventsOf<AuditSearchEvents>();

export const searched: Decider<Searched, AuditSearchEvents> = {
  initial: { digests: new Set(), more: false },
  evolve: {
    'auditsearch.made.v1': (state, { digest }) => ({
      ...state,
      digests: new Set([...state.digests, digest]),
    }),
    'auditsearch.more.v1': (state) => ({ ...state, more: true }),
  },
};

export const isTold = ({ digests, more }: Searched, digest: string): boolean => more || digests.has(digest);

export const noteSearch = (
  state: Searched,
  search: AuditSearchEvents['auditsearch.made.v1'],
): EventOf<AuditSearchEvents>[] => {
  if (isTold(state, search.digest)) return [];
  return state.digests.size < MOST_TOLD
    ? [ev('auditsearch.made.v1', search)]
    : [ev('auditsearch.more.v1', { told: MOST_TOLD })];
};
