// The guard of every route finds out who calls, and whether the route's rule admits that caller. It stands before the
// body: no bytes are read from a caller who is not let in.
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { GetSecurity, GetSubscription } from '../account/account.queries';
import type { Caller } from '../caller';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import type { Client } from '../eventsourcing/event';
import { Authentication } from './sessions/authentication';
import { SessionCookies } from './sessions/session-cookies';
import { requireScope } from './api-keys/scopes';
import { Refusal } from '../refusals';
import type { AccessRule } from '../http/access';
import { Guard } from '../http/doors';
import { addressIn } from '../origin/address';
import { Places } from '../origin/places';
import { requireFeature } from '../tiers/requirements';

const LONGEST_USER_AGENT = 512;

@Injectable()
export class AccessGuard extends Guard {
  constructor(
    private readonly authentication: Authentication,
    private readonly queries: QueryBus,
    private readonly places: Places,
    private readonly cookies: SessionCookies,
  ) {
    super();
  }

  async check(request: FastifyRequest): Promise<void> {
    const rule = request.routeOptions.config.access;
    const client = this.clientOf(request);
    if (rule === 'public') return void (request.caller = nobody(client));
    // Whoever sends the header means it: the cookie comes by itself with everything that a browser sends.
    const isByCookie = request.headers.authorization === undefined;
    const token = isByCookie ? this.cookies.read(request) : bearerToken(request);
    const caller = token === undefined ? undefined : await this.authentication.callerOf(token, client);
    if (!caller) throw new Refusal('token-invalid');
    if (isByCookie) this.cookies.requireOwnPage(request, caller.sessionId);
    request.caller = caller;
    request.watchToken = (onEnd) => this.authentication.watch(token!, onEnd);
    if (!rule) throw new Refusal('access-denied');
    if (!rule.beforeSecondFactor) await this.requireSecondFactor(caller);
    admit(caller, rule, request.params as Readonly<Record<string, string>> | undefined);
    if (rule.feature) requireFeature(await this.queries.execute(new GetSubscription()), rule.feature);
    if (rule.stepUp) await this.authentication.requireStepUp(caller);
  }

  /** Rejects with `two-factor-not-set-up` a session without the second factor that the account asks for. */
  private async requireSecondFactor({ userId, lacksSecondFactor }: Caller): Promise<void> {
    if (!lacksSecondFactor || !(await this.queries.execute(new GetSecurity())).require2fa) return;
    // The person may just have set it up, in another process.
    if (!(await this.authentication.hasSecondFactor(userId))) throw new Refusal('two-factor-not-set-up');
  }

  /**
   * From where a request comes. Country and region are those of now: they go into events, since what a database says of
   * an address changes.
   */
  private clientOf({ ip: written, socket, headers }: FastifyRequest): Client {
    const ip = addressIn(written) ?? socket.remoteAddress;
    const userAgent = headers['user-agent']?.slice(0, LONGEST_USER_AGENT);
    return {
      ...(ip !== undefined && { ip, ...this.places.of(ip) }),
      ...(userAgent && { userAgent }),
    };
  }
}

function admit(caller: Caller, rule: AccessRule, path: Readonly<Record<string, string>> = {}): void {
  const isKey = caller.sessionId === undefined;
  if (isKey && (rule.session || (rule.superAdmin && rule.scope === undefined)))
    throw new Refusal('access-denied', { message: 'This needs a person, not an API key' });
  if (rule.superAdmin && !caller.superAdmin)
    throw new Refusal('access-denied', { message: 'Only a super admin may do this' });
  // What is asked of anybody's session, or of any token, is for the account's own people.
  if (caller.actor.type === 'employee' && !rule.employees && (rule.session || rule.scope === undefined))
    throw new Refusal('access-denied', { message: 'This is not for employees of the vendor' });
  for (const scope of [rule.scope ?? []].flat())
    requireScope(caller, ...scope.split('|').map((one) => fill(one, path)));
}

const fill = (scope: string, path: Readonly<Record<string, string>>): string =>
  scope.replace(/:(\w+)/, (_, name: string) => scopeNameOf(path[name] ?? ''));

const nobody = (client: Client): Caller => ({
  actor: { type: 'system', id: 'nobody' },
  userId: '',
  superAdmin: false,
  scopes: new Set(),
  client,
});

export function bearerToken({ headers }: FastifyRequest): string | undefined {
  const [, token] = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(headers.authorization ?? '') ?? [];
  return token;
}
