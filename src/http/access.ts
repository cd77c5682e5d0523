// Who may call a route. Every route carries one of the two decorators; a route without is refused to everybody.
import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';

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
}

/** Read by the guard; the handler's rule replaces the controller's. */
export const Rule = Reflector.createDecorator<AccessRule | 'public'>();

/** Answers anybody, without a token. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(Rule('public'), ApiSecurity({}));

/** Needs a bearer token, of a session or an API key, that the rule admits. */
export const Access = (rule: AccessRule = {}): MethodDecorator & ClassDecorator =>
  applyDecorators(Rule(rule), ApiBearerAuth('token'));
