// Sessions of users: from where, and until when. A session whose time is over has no event of its end.
import type { SessionEnd, SessionEvents } from '../../src/identity/identity.events';
import type { Doc } from '../../src/read/document-store';
import type { Meta } from '../../src/eventsourcing/event';
import type { Projection } from '../projection';

export interface SessionDocument extends Doc {
  readonly userId: string;
  readonly loginType: 'PASSWORD' | 'SSO' | 'EMPLOYEE';
  /** Of an employee of the vendor, whose id stands in place of a user's. */
  readonly employee?: Readonly<Record<'name' | 'email' | 'department' | 'reason', string>>;
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly ip: string | null;
  /** Null: not known. Sessions of earlier versions have none. */
  readonly country: string | null;
  readonly region: string | null;
  readonly userAgent: string | null;
  readonly endedAt: string | null;
  readonly endReason: SessionEnd | null;
}

const begun = ({ at, client }: Meta) => ({
  startedAt: at,
  ip: client?.ip ?? null,
  country: client?.country ?? null,
  region: client?.region ?? null,
  userAgent: client?.userAgent ?? null,
  endedAt: null,
  endReason: null,
});

export const sessions: Projection<SessionDocument, SessionEvents> = {
  name: 'sessions',
  version: 3,
  indexes: [['userId', 'startedAt'], ['expiresAt']],
  on: {
    'session.started.v1': ({ sessionId, userId, loginType, expiresAt }, { meta }) => ({
      id: sessionId,
      put: { userId, loginType, expiresAt, ...begun(meta) },
    }),
    'session.employee-started.v1': ({ sessionId, employeeId, expiresAt, ...told }, { meta }) => {
      const { name, email, department, reason } = told;
      const employee = { name, email, department, reason };
      return {
        id: sessionId,
        put: { userId: employeeId, loginType: 'EMPLOYEE', employee, expiresAt, ...begun(meta) },
      };
    },
    'session.employee-ended.v1': ({ sessionId, reason }, { meta }) => ({
      id: sessionId,
      patch: { endedAt: meta.at, endReason: reason },
    }),
    'session.ended.v1': ({ sessionId, reason }, { meta }) => ({
      id: sessionId,
      patch: { endedAt: meta.at, endReason: reason },
    }),
  },
};
