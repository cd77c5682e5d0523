// The query that asks for a person who has proved lately who they are, where a route's rule cannot: only some bodies, or
// some of what is asked for, need it.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Caller } from '../../caller';
import { Authentication } from './authentication';

/** Refuses with `step-up-required` a session whose person has not. Keys act by their scopes. */
export class RequireStepUp extends Query<void> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(RequireStepUp)
export class RequireStepUpHandler implements IQueryHandler<RequireStepUp> {
  constructor(private readonly authentication: Authentication) {}

  execute({ caller }: RequireStepUp): Promise<void> {
    return this.authentication.requireStepUp(caller);
  }
}
