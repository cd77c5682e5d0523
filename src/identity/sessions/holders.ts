// What the vault and the log know of sessions and API keys, read anew each time: what each may, and until when.
import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../caller';
import type { Client } from '../../eventsourcing/event';
import { Vault } from '../../vault/vault';
import { scopesOfKey } from '../api-keys/scopes';
import { EmployeeAccess } from '../employees/employee-access';
import { rightsOfDepartment } from '../employees/employee-rights';
import {
  passwordChangesOf,
  type ApiKeyGrant,
  type SessionGrant,
  type TotpSecret,
  type UserSecrets,
} from '../grants';
import { employeeActor } from '../identity.vocabulary';
import { scopesOfBoth } from '../roles/permissions';
import { RightsOfUsers } from '../roles/rights';
import { SessionUses } from './session-uses';

/** Milliseconds for which a proof of who somebody is will do for what needs one. */
const STEPPED_UP_MS = 10 * 60_000;

/** The session or the API key that a token is of. */
export interface Holder {
  readonly kind: 'session' | 'key';
  readonly id: string;
}

/** What is known of a session or an API key. */
export interface Known {
  readonly caller: Omit<Caller, 'client'>;
  readonly loginType: NonNullable<Client['loginType']>;
  /** When it expires, milliseconds since the epoch. */
  readonly until: number;
  readonly ended: boolean;
  /** Of a key: addresses and networks from which it may be used. Left out: all. */
  readonly allowedIps?: readonly string[];
  /** Of a session: when it was last used, as far as that has been noted. ISO time. */
  readonly lastUse?: string;
}

@Injectable()
export class Holders {
  constructor(
    private readonly vault: Vault,
    private readonly rights: RightsOfUsers,
    private readonly uses: SessionUses,
    private readonly employees: EmployeeAccess,
  ) {}

  /** Undefined where there is none, or `digest` is that of another's token. */
  known({ kind, id }: Holder, digest?: string): Promise<Known | undefined> {
    return kind === 'session' ? this.session(id, digest) : this.apiKey(id, digest);
  }

  async hasSecondFactor(userId: string): Promise<boolean> {
    return (await this.vault.get<TotpSecret>('totp', userId))?.active ?? false;
  }

  private async session(sessionId: string, digest?: string): Promise<Known | undefined> {
    const grant = await this.vault.get<SessionGrant>('session', sessionId);
    if (!grant || !same(grant.tokenDigest, digest)) return undefined;
    if (grant.employee) return this.employeeSession(sessionId, grant, grant.employee);
    const person = await this.person(grant);
    if (!person) return undefined;
    const { rights, ended, passwordChanges } = person;
    const { userId, lastUsedAt, loginType = 'PASSWORD' as const } = grant;
    const lacksSecondFactor = loginType === 'PASSWORD' && !(await this.hasSecondFactor(userId));
    return {
      caller: {
        actor: { type: 'user', id: userId, userId },
        userId,
        ...rights,
        sessionId,
        ...(lacksSecondFactor && { lacksSecondFactor: true }),
      },
      loginType,
      until: Math.min(Date.parse(grant.expiresAt), this.uses.idleUntil(lastUsedAt)),
      ended: ended || (grant.passwordChanges ?? 0) !== passwordChanges,
      ...(lastUsedAt !== undefined && { lastUse: lastUsedAt }),
    };
  }

  /** Counts while the account lets employees in, as it did without a break since the session began. */
  private async employeeSession(
    sessionId: string,
    { userId, expiresAt, endedAt, lastUsedAt }: SessionGrant,
    { department, allowance }: NonNullable<SessionGrant['employee']>,
  ): Promise<Known> {
    const lets = await this.employees.lets(allowance);
    return {
      caller: {
        ...{ actor: employeeActor(userId, department), userId },
        ...rightsOfDepartment(department),
        sessionId,
      },
      loginType: 'EMPLOYEE',
      until: Math.min(Date.parse(expiresAt), lets ?? Infinity, this.uses.idleUntil(lastUsedAt)),
      ended: endedAt !== undefined || lets === undefined,
      ...(lastUsedAt !== undefined && { lastUse: lastUsedAt }),
    };
  }

  private async apiKey(keyId: string, digest?: string): Promise<Known | undefined> {
    const isPrevious = ({ previous }: ApiKeyGrant) =>
      digest !== undefined && previous !== undefined && same(previous.tokenDigest, digest);
    const grant = await this.vault.get<ApiKeyGrant>('api-key', keyId);
    if (!grant || !(same(grant.tokenDigest, digest) || isPrevious(grant))) return undefined;
    const person = await this.person(grant);
    if (!person) return undefined;
    const { rights, ended } = person;
    const { userId, allowedIps } = grant;
    const expires = grant.expiresAt ? Date.parse(grant.expiresAt) : Infinity;
    return {
      caller: {
        actor: { type: 'apiKey', id: keyId, userId },
        userId,
        ...rights,
        scopes: scopesOfBoth(scopesOfKey(grant.scopes), rights.scopes),
      },
      loginType: 'API_KEY',
      until: isPrevious(grant) ? Math.min(expires, Date.parse(grant.previous!.until)) : expires,
      ended,
      ...(allowedIps && { allowedIps }),
    };
  }

  /** Whose a session or a key is, what they may, and whether it has ended. */
  private async person({ userId, endedAt }: SessionGrant | ApiKeyGrant) {
    const [user, rights] = await Promise.all([
      this.vault.get<UserSecrets>('user', userId),
      this.rights.of(userId),
    ]);
    if (!user) return undefined;
    const ended = endedAt !== undefined || user.deactivatedAt !== undefined;
    return { rights, ended, passwordChanges: passwordChangesOf(user) };
  }
}

export const steppedUpUntil = ({ steppedUpAt }: Pick<SessionGrant, 'steppedUpAt'>): number =>
  steppedUpAt === undefined ? 0 : Date.parse(steppedUpAt) + STEPPED_UP_MS;

/** Whether a digest is that of a token that was given, or none was given. */
const same = (kept: string, given: string | undefined): boolean =>
  given === undefined ||
  (kept.length === given.length && timingSafeEqual(Buffer.from(kept), Buffer.from(given)));
