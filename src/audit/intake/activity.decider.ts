// The decider of a reported activity: its key is free until it is reported, and then taken for good.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import type { ActivityEvents } from './activity.events';

/** `digest` is that of the reporter's key, which may hold a customer's value. */
export const activityStream = (digest: string): string => `activity-${digest}`;

export type Activity = 'unknown' | 'reported';

export const activity: Decider<Activity, ActivityEvents> = {
  initial: 'unknown',
  evolve: { 'activity.reported.v1': () => 'reported' },
};

const ev = eventsOf<ActivityEvents>();

/** A key that was reported before stands for what was reported first. */
export const reportActivity = (
  state: Activity,
  reported: ActivityEvents['activity.reported.v1'],
): EventOf<ActivityEvents>[] => (state === 'reported' ? [] : [ev('activity.reported.v1', reported)]);
