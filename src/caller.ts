// Who asks and under which command: what the guard knows, and what every event's metadata is made of.
import type { Actor, Client, Meta, SourceType } from './eventsourcing/event';
import { idAt } from './eventsourcing/ids';

export interface Caller {
  readonly actor: Actor;
  /** The person behind it, behind an API key too. */
  readonly userId: string;
  readonly superAdmin: boolean;
  /** Scopes of an API key; a person's session has all that the person may. */
  readonly scopes: ReadonlySet<string> | 'all';
  /** Only a person's session has one. */
  readonly sessionId?: string;
  readonly client: Client;
}

/** Identity of one command. With an Idempotency-Key it is the same at every repeat, ids and time included. */
export interface CommandIdentity {
  readonly id: string;
  readonly mayRepeat: boolean;
  readonly at: string;
  /** Ids of what it creates: `newId(n)`. */
  readonly idBase: string;
}

export interface Request {
  readonly caller: Caller;
  readonly command: CommandIdentity;
  readonly correlationId: string;
}

export const newId = (command: CommandIdentity, index = 0): string => idAt(command.idBase, index);

export const metaOf = (
  request: Request,
  source: { type: SourceType; id?: string } = { type: 'API' },
): Meta => ({
  commandId: request.command.id,
  correlationId: request.correlationId,
  actor: request.caller.actor,
  source,
  client: request.caller.client,
  at: request.command.at,
});
