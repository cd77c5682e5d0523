// Says who may call a route. Every route carries `@Access` or `@Public`; a route with neither is refused to everybody.
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Feature } from '../tiers/features';
import { configure } from './front/route-config';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; read by the guard. */
    access?: AccessRule | 'public';
  }
}

export interface AccessRule {
  /**
   * The scope that the person's role, and the API key where one is used, must give; of a list, every one. Of scopes with
   * `|` between them, one is enough. In a scope, `:objectType` is filled from that part of the path, aliases resolved. A
   * super admin's session has every scope. Without a scope an API key passes only if neither `superAdmin` nor `session`
   * is set.
   */
  readonly scope?: string | readonly string[];
  /** The person (for an API key: the person behind the key) must be a super admin. */
  readonly superAdmin?: boolean;
  /** Only a person's session, never an API key. */
  readonly session?: boolean;
  /** A person's session must have been stepped up within the last ten minutes; API keys act by their scopes. */
  readonly stepUp?: boolean;
  /** Also for a session that may do nothing but set up the second factor which the account asks for. */
  readonly beforeSecondFactor?: boolean;
  /** Also for employees of the vendor, though it asks for a session or for no scope. */
  readonly employees?: boolean;
  /** The account must have subscribed to it. */
  readonly feature?: Feature;
}

/** Name of the field in which the OpenAPI document shows a route's rule. */
export const ACCESS = 'x-access';

/** The route answers anybody, without a token. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(configure({ access: 'public' }), ApiSecurity({}), ApiExtension(ACCESS, 'public'));

/** The route needs a bearer token, of a session or an API key, that the rule admits. */
export const Access = (rule: AccessRule = {}): MethodDecorator & ClassDecorator =>
  applyDecorators(configure({ access: rule }), ApiBearerAuth('token'), ApiExtension(ACCESS, rule));
