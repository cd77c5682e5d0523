// What happened and is still to be told of: the to-do list of the job that notifies people.
import type { Meta } from '../../src/eventsourcing/event';
import type { NotificationAbout, NotificationEvents } from '../../src/notifications/notification.events';
import {
  happeningRows,
  type Happening,
  type ToldEvents,
} from '../../src/notifications/happening-rows.vocabulary';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Projection } from '../projection';

/** Its id is that of the event. */
export interface HappeningDocument extends Doc {
  readonly kind: Happening['kind'];
  readonly about: NotificationAbout;
  /** The person who asked for it; null where nobody did. */
  readonly userId: string | null;
  /** People who are told as well; left out where there are none. */
  readonly others?: readonly string[];
  /** Padded. */
  readonly position: string;
  readonly cause: Pick<Meta, 'correlationId' | 'causationId'>;
}

type Told = { readonly id: string; readonly meta: Meta; readonly position: bigint };

const put = (row: (data: never) => Happening | undefined) => (data: unknown, event: Told) => {
  const happening = row(data as never);
  if (!happening) return undefined;
  const { kind, about, others = [], concerns = event.meta.actor.userId ?? null } = happening;
  return {
    id: event.id,
    put: {
      ...{ kind, about, userId: concerns },
      ...(others.length > 0 && { others }),
      position: padded(event.position),
      cause: { correlationId: event.meta.correlationId, causationId: event.meta.commandId },
    },
  };
};

const rows = Object.fromEntries(Object.entries(happeningRows).map(([type, row]) => [type, put(row)]));

export const happenings: Projection<HappeningDocument, ToldEvents & NotificationEvents> = {
  name: 'happenings',
  version: 3,
  indexes: [['position']],
  on: {
    ...rows,
    'notification.made.v1': ({ ofId }) => ({ id: ofId, remove: true }),
  },
};
