// Queries for the sessions of a user that still count.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type SessionDocument, sessions } from '../../../projections/identity/sessions';
import type { CommandContext } from '../../caller';
import { type Device, deviceOf } from '../../origin/device';
import type { Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Holders, type Known } from './holders';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

export type SessionView = SessionDocument & {
  /** What its user agent calls the device. */
  readonly device: Device | null;
  /** ISO time, right to within ten minutes. Null for a session of an earlier version, or one that is long over. */
  readonly lastUsedAt: string | null;
  /** It is the one that asks. */
  readonly current: boolean;
};

const shown = (
  session: SessionDocument,
  known: Known | undefined,
  { caller }: CommandContext,
): SessionView => ({
  ...session,
  device: deviceOf(session.userAgent),
  lastUsedAt: known?.lastUse ?? null,
  current: session.id === caller.sessionId,
});

/** `withEmployees`: also the sessions of employees of the vendor, whom super admins let in. */
export class ListSessions extends Query<Found<SessionView>> {
  constructor(
    readonly userId: string,
    readonly asked: CommandContext,
    readonly paging: Paging,
    readonly fresh: Freshness,
    readonly withEmployees = false,
  ) {
    super();
  }
}

@QueryHandler(ListSessions)
export class ListSessionsHandler implements IQueryHandler<ListSessions> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly holders: Holders,
  ) {}

  /** A page may be short: sessions that were not used for too long are found out one by one. */
  async execute({ userId, asked, paging: { limit, after }, fresh, withEmployees }: ListSessions) {
    const { at } = asked.command;
    const whose = withEmployees ? { $or: [{ userId }, { loginType: 'EMPLOYEE' }] } : { userId };
    const filter = { ...whose, endedAt: null, expiresAt: { $gt: at } };
    const options = { filter, sort: ['-startedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(sessions, options, fresh);
    const known = await Promise.all(docs.map(({ id }) => this.holders.known({ kind: 'session', id })));
    const counts = (one: Known | undefined) => one && !one.ended && one.until > Date.parse(at);
    return {
      ...found,
      docs: docs.flatMap((doc, i) => (counts(known[i]) ? [shown(doc, known[i], asked)] : [])),
    };
  }
}

export class GetSession extends Query<SessionView> {
  constructor(
    readonly sessionId: string,
    readonly asked: CommandContext,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetSession)
export class GetSessionHandler implements IQueryHandler<GetSession> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly holders: Holders,
  ) {}

  async execute({ sessionId, asked, fresh }: GetSession) {
    const found = await this.readModels.get(sessions, sessionId, fresh);
    const { userId, superAdmin } = asked.caller;
    const isShown = found?.userId === userId || (superAdmin && found?.loginType === 'EMPLOYEE');
    if (!found || !isShown) throw new Refusal('session-unknown');
    return shown(found, await this.holders.known({ kind: 'session', id: sessionId }), asked);
  }
}
