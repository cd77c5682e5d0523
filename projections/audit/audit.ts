// The audit log: one row for every event that tells what somebody did, a pure function of the event.
import type { Actor, Recorded } from '../../src/eventsourcing/event';
import { OPERATOR } from '../../src/identity/identity.vocabulary';
import type { Doc } from '../../src/read/document-store';
import type { AuditActor, AuditEntry } from './audit-entry';
import { auditRows, type AuditedEvents } from './audit-rows';
import type { Described } from './audit-wording';
import type { Op, Projection } from '../projection';
import { padded } from '../../src/read/time-index.vocabulary';

type AnyEvent = Recorded<{ type: string; data: unknown }>;

function entryOf(event: AnyEvent, described: Described): Op<AuditEntry> {
  const { meta } = event;
  const actor = described.actor ?? actorOf(meta.actor);
  const { category, subCategory, action, summary } = described;
  const { target, changes } = event.type.startsWith('record.') ? withoutValues(described) : described;
  return {
    id: padded(event.position),
    put: {
      position: event.position.toString(),
      occurredAt: Date.parse(meta.at),
      recordedAt: event.recordedAt,
      ...{ category, subCategory, action, actor, summary },
      ...(target && { target }),
      // A login attempt counts as a person's act, whether the person is known or not, and so does work on the stores
      // themselves.
      nonUser:
        (actor.type === 'system' || actor.userId === undefined) &&
        category !== 'LOGIN' &&
        actor.id !== OPERATOR,
      client: meta.client ?? {},
      source: meta.source,
      causes: {
        commandId: meta.commandId,
        correlationId: meta.correlationId,
        ...(meta.causationId !== undefined && { causationId: meta.causationId }),
      },
      ...(changes && { changes }),
      eventType: event.type,
      stream: event.stream,
      revision: event.revision,
    },
  };
}

/** A record's name and values stay in the log: they are read from there when an entry is shown. */
const withoutValues = ({ target }: Described): Pick<Described, 'target' | 'changes'> =>
  target ? { target: { type: target.type, id: target.id } } : {};

/**
 * The actor with the user and the API key that acted, even where the actor is one of them: rows of a user or a key are
 * all found by one path.
 */
const actorOf = (actor: Actor): AuditActor => ({
  ...actor,
  ...(actor.type === 'user' && actor.userId === undefined && { userId: actor.id }),
  ...(actor.type === 'apiKey' && { keyId: actor.id }),
});

/** All that an event tells, including values; undefined for an event that makes no entry. */
export function auditEventOf(event: AnyEvent): Described | undefined {
  const row = (auditRows as Record<string, unknown>)[event.type];
  return typeof row === 'function' ? (row as (data: unknown) => Described)(event.data) : undefined;
}

/** Uses `row` for every event that makes an entry. */
export const onEntries = <D extends Doc>(row: (event: AnyEvent) => Op<D>) =>
  Object.fromEntries(
    Object.entries(auditRows)
      .filter(([, told]) => typeof told === 'function')
      .map(([type]) => [type, (_: unknown, event: AnyEvent) => row(event)]),
  ) as Projection<D, AuditedEvents>['on'];

export const audit: Projection<AuditEntry, AuditedEvents> = {
  name: 'audit',
  version: 6,
  // What a query filters by is in the index itself, so that rows it excludes are not read from their documents. Each
  // index costs the writer about 7 µs for each row: rarer filters walk the covering index.
  indexes: [
    ['category', 'id', 'nonUser', 'action', 'occurredAt'],
    ['category', 'subCategory', 'id', 'nonUser', 'action', 'occurredAt'],
    ['action', 'id', 'nonUser', 'occurredAt'],
    ['actor.userId', 'id', 'nonUser', 'action', 'occurredAt'],
    ['actor.userId', 'category', 'id', 'nonUser', 'subCategory', 'action', 'occurredAt'],
    ['actor.keyId', 'id', 'nonUser', 'category', 'action', 'occurredAt'],
    ['actor.id', 'id', 'nonUser', 'category', 'action', 'occurredAt'],
    ['target.id', 'id', 'nonUser', 'target.type', 'category', 'subCategory', 'action', 'occurredAt'],
  ],
  covering: [
    [
      ...['id', 'nonUser', 'category', 'subCategory', 'action', 'actor.userId', 'actor.keyId', 'actor.id'],
      ...['target.type', 'target.id', 'client.ip', 'source.type', 'occurredAt'],
    ],
  ],
  on: onEntries((event) => entryOf(event, auditEventOf(event)!)),
};
