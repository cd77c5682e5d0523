// Begins a session for whoever has shown who they are. Its grant is put into the vault before the log tells of it.
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { metaOf, newId, type CommandContext } from '../../caller';
import { Config } from '../../config';
import { Streams } from '../../eventsourcing/streams';
import { Vault } from '../../vault/vault';
import { passwordChangesOf, type SessionGrant, type UserSecrets } from '../grants';
import { session, startSession } from '../identity.decider';
import { RightsOfUsers } from '../roles/rights';
import { Authentication } from './authentication';
import { KnownCallers } from './known-callers';

export interface LoggedIn {
  readonly sessionId: string;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly user: { readonly id: string; readonly email: string; readonly superAdmin: boolean };
  readonly loginType: 'PASSWORD' | 'SSO';
  /** Sent with later logins, it keeps their attempts apart from those of strangers. */
  readonly deviceToken: string;
  /** Left out where no recovery code was used. */
  readonly recoveryCodesLeft?: number;
  readonly position: bigint;
}

/** Who begins a session, and how. */
export interface Starting {
  readonly userId: string;
  readonly secrets: UserSecrets;
  /** Id of the device, where it is known. */
  readonly device: string | undefined;
  readonly loginType: LoggedIn['loginType'];
}

@Injectable()
export class SessionStart {
  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly authentication: Authentication,
    private readonly callers: KnownCallers,
    private readonly rights: RightsOfUsers,
  ) {}

  async start({ userId, secrets, device, loginType }: Starting, asked: CommandContext): Promise<LoggedIn> {
    const { email } = secrets;
    const { superAdmin } = await this.rights.of(userId);
    const sessionId = await newId(asked.command);
    const accessToken = `strata-session-${sessionId}-${randomBytes(32).toString('hex')}`;
    const expiresAt = new Date(Date.parse(asked.command.at) + this.config.SESSION_TTL).toISOString();
    const tokenDigest = this.authentication.digest(accessToken);
    const now = new Date().toISOString();
    await this.vault.put<SessionGrant>('session', sessionId, {
      ...{ userId, tokenDigest, expiresAt, passwordChanges: passwordChangesOf(secrets) },
      ...(loginType !== 'PASSWORD' && { loginType }),
      ...{ steppedUpAt: now, lastUsedAt: now },
    });
    const { position } = await this.streams.change(
      session,
      `session-${sessionId}`,
      (state) => startSession(state, { sessionId, userId, email, loginType, expiresAt }),
      metaOf(inNameOf(asked, userId, loginType)),
    );
    const user = { id: userId, email, superAdmin };
    const deviceToken = this.callers.deviceToken(userId, device);
    return { sessionId, accessToken, expiresAt, user, loginType, deviceToken, position };
  }
}

/** The request in the name of a user: so the log tells of their login, or of a failed one. */
export const inNameOf = (
  asked: CommandContext,
  userId: string,
  loginType: LoggedIn['loginType'],
): CommandContext => ({
  ...asked,
  caller: {
    ...asked.caller,
    actor: { type: 'user', id: userId, userId },
    client: { ...asked.caller.client, loginType },
  },
});
