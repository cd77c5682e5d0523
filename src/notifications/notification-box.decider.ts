// Decisions on what one person has read, and wants to be told of. All is told where nothing was said.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { START } from '../eventsourcing/event-store';
import type { NotificationBoxEvents } from './notification.events';
import { channels, kindNames, type Channel } from './notification-kinds.vocabulary';

export const boxStream = (userId: string): string => `notificationbox-${userId}`;

export interface NotificationBox {
  /** The position up to which all was read. */
  readonly readUpTo: bigint;
  /** Kind and channel of what the person does not want to be told, such as `BACKUP_COMPLETED.mail`. */
  readonly off: ReadonlySet<string>;
}

export const notificationBox: Decider<NotificationBox, NotificationBoxEvents> = {
  initial: { readUpTo: START, off: new Set() },
  evolve: {
    'notificationbox.read.v1': (state, { upTo }) => ({ ...state, readUpTo: BigInt(upTo) }),
    'notificationbox.preferences-changed.v1': (state, { changes }) => {
      const off = new Set(state.off);
      for (const [cell, { to }] of Object.entries(changes))
        if (to) off.delete(cell);
        else off.add(cell);
      return { ...state, off };
    },
  },
};

const cellOf = (kind: string, channel: Channel): string => `${kind}.${channel}`;

export const wants = ({ off }: NotificationBox, kind: string, channel: Channel): boolean =>
  !off.has(cellOf(kind, channel));

export type Preferences = Readonly<Record<string, Readonly<Record<Channel, boolean>>>>;

export const preferencesOf = (state: NotificationBox): Preferences =>
  Object.fromEntries(
    kindNames.map((kind) => [kind, { app: wants(state, kind, 'app'), mail: wants(state, kind, 'mail') }]),
  );

const ev = eventsOf<NotificationBoxEvents>();
type Decided = readonly EventOf<NotificationBoxEvents>[];

export const readAll = (state: NotificationBox, userId: string, upTo: bigint): Decided =>
  upTo > state.readUpTo ? [ev('notificationbox.read.v1', { userId, upTo: String(upTo) })] : [];

/** What is left out stays as it is. */
export type WantedPreferences = Readonly<
  Partial<Record<string, { readonly app?: boolean | undefined; readonly mail?: boolean | undefined }>>
>;

export function changePreferences(
  state: NotificationBox,
  userId: string,
  wanted: WantedPreferences,
): Decided {
  const changes: Record<string, { from: boolean; to: boolean }> = {};
  for (const [kind, given] of Object.entries(wanted))
    for (const channel of channels) {
      const from = wants(state, kind, channel);
      const to = given?.[channel] ?? from;
      if (to !== from) changes[cellOf(kind, channel)] = { from, to };
    }
  if (Object.keys(changes).length === 0) return [];
  return [ev('notificationbox.preferences-changed.v1', { userId, changes })];
}
