// Says who calls, and under which command: the guard finds it out, and the metadata of events is made of it.
import { randomUUID } from 'node:crypto';
import type { CommandIds } from './command-ids';
import type { Reach } from './identity/reach.vocabulary';
import type { Actor, Client, Meta, SourceType } from './eventsourcing/event';

export interface Caller {
  readonly actor: Actor;
  /** Id of the person who acts, for an API key of the person behind it. */
  readonly userId: string;
  readonly superAdmin: boolean;
  /** What the person's role gives and, where an API key is used, the key has as well; a super admin's session has all. */
  readonly scopes: ReadonlySet<string> | 'all';
  /** Left out where the caller's rights reach over everybody's records. */
  readonly reach?: Reach;
  /** Only a person's session has one. */
  readonly sessionId?: string;
  /** Of a session that began with a password: its person has no second factor. */
  readonly lacksSecondFactor?: true;
  readonly client: Client;
}

/** Identity of one command. With an Idempotency-Key it is the same at every repeat, the ids it gives included. */
export interface CommandIdentity {
  readonly id: string;
  readonly mayRepeat: boolean;
  /** When this very request was accepted (ISO 8601): a repeat has a time of its own. */
  readonly at: string;
  /** Ids of what the command creates. */
  readonly ids: CommandIds;
}

export interface CommandContext {
  readonly caller: Caller;
  readonly command: CommandIdentity;
  readonly correlationId: string;
  /** Of what a job does by commands that requests send, too; of a request itself it is left out. */
  readonly source?: Meta['source'];
  readonly causationId?: string;
}

export const newId = (command: CommandIdentity, index = 0): Promise<string> => command.ids.at(index);

export const metaOf = (
  request: CommandContext,
  source: { type: SourceType; id?: string } = request.source ?? { type: 'API' },
): Meta => ({
  commandId: request.command.id,
  correlationId: request.correlationId,
  ...(request.causationId !== undefined && { causationId: request.causationId }),
  actor: request.caller.actor,
  source,
  client: request.caller.client,
  at: request.command.at,
});

/** What `streams.change()` is told of a request: its metadata, and whether it may have been carried out before. */
export const asAsked = (request: CommandContext) =>
  [metaOf(request), { mayRepeat: request.command.mayRepeat }] as const;

/** The API key that an actor is, or acts through. */
export const keyIdOf = ({ type, id, keyId }: Actor): string | undefined => (type === 'apiKey' ? id : keyId);

/** A job or a link as actor, with the person and the API key of the actor that it acts for. */
export function actingFor({ type, id }: Actor, who: Actor): Actor {
  const { userId } = who;
  const keyId = keyIdOf(who);
  return { type, id, ...(userId !== undefined && { userId }), ...(keyId !== undefined && { keyId }) };
}

/** Metadata of what a job does for whoever asked for it: `asked` is the metadata of their request. */
export const jobMeta = (commandId: string, as: Actor, source: Meta['source'], asked: Meta): Meta => ({
  commandId,
  correlationId: asked.correlationId,
  causationId: asked.commandId,
  actor: actingFor(as, asked.actor),
  source,
  at: new Date().toISOString(),
});

/** Metadata of what a part of Strata does for whoever asked for it, as a command of its own. */
export const systemMetaFor = (part: string, asked: Meta): Meta =>
  jobMeta(randomUUID(), { type: 'system', id: part }, { type: 'SYSTEM' }, asked);

/**
 * Metadata of one more step of a job, a command of its own. Its time is now: the job may have waited before the step.
 */
export const stepOf = (meta: Meta): Meta => ({
  ...meta,
  commandId: randomUUID(),
  at: new Date().toISOString(),
});

/**
 * Metadata of what Strata does by itself, since nobody asked for it. `part` names the part of Strata, `cause` what led
 * to it; without a correlation id the command's own counts.
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

/**
 * An address as far as it tells callers apart: IPv4 as it is, IPv6 by its first 64 bits, since whoever has one address
 * of such a block has all of them. An IPv4 address written as IPv6 counts as IPv4.
 */
export function addressBlock(address: string): string {
  const [, mapped] = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [before = '', after = ''] = address.replace(/%.*/, '').split('::');
  const [head, tail] = [before, after].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - head!.length - tail!.length) }, () => '0');
  const groups = [...head!, ...zeros, ...tail!].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** What the attempts of a caller are counted by: its address block, or 'unknown'. */
export const placeOf = (client: Meta['client']): string => addressBlock(client?.ip ?? 'unknown');
