// Who asks and under which command: what the guard knows, and what every event's metadata is made of.
import { randomUUID } from 'node:crypto';
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

/**
 * Of what nobody asked for: Strata itself does it. `part` says which part of Strata; `cause`, what led to it, which is
 * the command itself where nothing is named.
 */
export function systemMeta(
  part: string,
  cause: Pick<Partial<Meta>, 'correlationId' | 'causationId'> = {},
): Meta {
  const commandId = randomUUID();
  return {
    commandId,
    correlationId: commandId,
    ...cause,
    actor: { type: 'system', id: part },
    source: { type: 'SYSTEM' },
    at: new Date().toISOString(),
  };
}
