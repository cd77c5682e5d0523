// Where each user logs in from, and logins from a new device or country that are still to be told of: the to-do list of
// the job that tells of them.
import type { Meta } from '../../src/eventsourcing/event';
import type { SessionEvents } from '../../src/identity/identity.events';
import { deviceOf } from '../../src/notifications/notification-kinds.vocabulary';
import type { NotificationEvents } from '../../src/notifications/notification.events';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Projection } from '../projection';

export interface NewSignIn {
  readonly sessionId: string;
  /** Padded. */
  readonly position: string;
  readonly cause: Pick<Meta, 'correlationId' | 'causationId'>;
}

/** Its id is that of the user. */
export interface SignInsDocument extends Doc {
  /** Devices by their user agents without versions; the one used last comes last. */
  readonly devices: readonly string[];
  readonly countries: readonly string[];
  readonly news: readonly NewSignIn[];
  /** Padded position of the last of the news; null where there are none. */
  readonly newest: string | null;
}

/** More are forgotten, those first that were not used for longest. */
const MOST_KNOWN = 100;
/** A user whose logins nobody was told of yet, as in a log of before there were notifications, keeps so many. */
const MOST_NEWS = 10;

const used = (known: readonly string[], one: string): string[] =>
  [...known.filter((other) => other !== one), one].slice(-MOST_KNOWN);
const withNews = (news: readonly NewSignIn[]) => ({ news, newest: news.at(-1)?.position ?? null });

const nobody: Omit<SignInsDocument, 'id'> = { devices: [], countries: [], news: [], newest: null };

export const signIns: Projection<SignInsDocument, SessionEvents & NotificationEvents> = {
  name: 'sign-ins',
  version: 1,
  indexes: [['newest']],
  on: {
    'session.started.v1': ({ sessionId, userId }, { meta, position }) => ({
      id: userId,
      change: (old = { ...nobody, id: userId }) => {
        const device = deviceOf(meta.client?.userAgent);
        const country = meta.client?.country;
        const isNew =
          !old.devices.includes(device) || (country !== undefined && !old.countries.includes(country));
        const cause = { correlationId: meta.correlationId, causationId: meta.commandId };
        // The first login of all is no news, nor is the first whose country is known.
        const isNews = isNew && old.devices.length > 0 && !isFirstCountry(old, device);
        const news = isNews ? [...old.news, { sessionId, position: padded(position), cause }] : old.news;
        return {
          devices: used(old.devices, device),
          countries: country === undefined ? old.countries : used(old.countries, country),
          ...withNews(news.slice(-MOST_NEWS)),
        };
      },
    }),
    'notification.made.v1': ({ kind, userId, ofId }) =>
      kind === 'LOGIN_NEW_DEVICE' && userId !== null
        ? {
            id: userId,
            change: (old) =>
              old && { ...old, ...withNews(old.news.filter(({ sessionId }) => sessionId !== ofId)) },
          }
        : undefined,
  },
};

/** Whether a login is from a device that is known, and no country has been known so far. */
const isFirstCountry = ({ devices, countries }: Omit<SignInsDocument, 'id'>, device: string): boolean =>
  devices.includes(device) && countries.length === 0;
