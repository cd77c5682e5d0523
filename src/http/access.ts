// Who may call a route. Every route carries one of the two decorators; a route without is refused to everybody.
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { configure } from './front/route-config';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Read by the guard. */
    access?: AccessRule | 'public';
  }
}

export interface AccessRule {
  /**
   * Scope an API key must hold, or all of several, each or one of those with `|` between them; `:objectType` in it is filled from that part of the path, aliases
   * resolved. A person's session has every scope. Without a scope an API key passes only if neither `superAdmin` nor `session` is asked for.
   */
  readonly scope?: string | readonly string[];
  /** The person (for an API key: the one behind it) must be a super admin. */
  readonly superAdmin?: boolean;
  /** Only a person's session, never an API key. */
  readonly session?: boolean;
  /** A person's session must have been stepped up within the last ten minutes; API keys act by their scopes. */
  readonly stepUp?: boolean;
}

/** Names the rule in the OpenAPI document. */
export const ACCESS = 'x-access';

/** Answers anybody, without a token. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(configure({ access: 'public' }), ApiSecurity({}), ApiExtension(ACCESS, 'public'));

/** Needs a bearer token, of a session or an API key, that the rule admits. */
export const Access = (rule: AccessRule = {}): MethodDecorator & ClassDecorator =>
  applyDecorators(configure({ access: rule }), ApiBearerAuth('token'), ApiExtension(ACCESS, rule));
