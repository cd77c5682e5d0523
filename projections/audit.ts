// The audit log: one row for every event that tells what somebody did, a pure function of that event.
import type { Actor, Client, Recorded, SourceType } from '../src/eventsourcing/event';
import { auditRows, type AuditedEvents } from './audit-rows';
import type { Described } from './audit-wording';
import type { Op, Projection } from './projection';

export interface AuditActor extends Actor {
  /** Only where the event carries it; otherwise it is looked up when the row is shown. */
  readonly email?: string;
}

export interface AuditTarget {
  /** Plural: `contacts`, `properties`, `users`, `backups` … */
  readonly type: string;
  readonly id: string;
  /** The name it had in this event, where the event carries it. */
  readonly label?: string;
}

export interface AuditEntry {
  /** Time and position: the order of ids is the order in time, and a span of time is a range of ids. */
  readonly id: string;
  readonly position: string;
  /** When the command was accepted. */
  readonly occurredAt: string;
  /** The store's clock when the event was written. */
  readonly recordedAt: string;
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  readonly actor: AuditActor;
  readonly target?: AuditTarget;
  /** What happened, in words, without values. */
  readonly summary: string;
  /** No person stands behind it: left out unless asked for. */
  readonly nonUser: boolean;
  readonly client: Client;
  readonly source: { readonly type: SourceType; readonly id?: string };
  readonly causes: {
    readonly commandId: string;
    readonly correlationId: string;
    readonly causationId?: string;
  };
  /** Of anything but a record. */
  readonly changes?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: number;
}

const TIME_DIGITS = 13;
const POSITION_DIGITS = 20;

/** Before every entry of that time (milliseconds since the epoch) and later, after every earlier one. */
export const entryIdAt = (time: number): string => Math.max(time, 0).toString().padStart(TIME_DIGITS, '0');

const entryId = (occurredAt: string, position: bigint): string =>
  `${entryIdAt(Date.parse(occurredAt))}-${position.toString().padStart(POSITION_DIGITS, '0')}`;

type AnyEvent = Recorded<{ type: string; data: unknown }>;

function entryOf(event: AnyEvent, described: Described): Op<AuditEntry> {
  const { meta } = event;
  const actor = described.actor ?? actorOf(meta.actor);
  const { category, subCategory, action, summary } = described;
  const { target, changes } = event.type.startsWith('record.') ? withoutValues(described) : described;
  return {
    id: entryId(meta.at, event.position),
    put: {
      position: event.position.toString(),
      occurredAt: meta.at,
      recordedAt: new Date(event.recordedAt).toISOString(),
      ...{ category, subCategory, action, actor, summary },
      ...(target && { target }),
      // Whoever tries to log in counts as a person, known or not.
      nonUser: actor.userId === undefined && category !== 'LOGIN',
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

/** A record's values, its name among them, stay in the log: they are read from there when an entry is shown. */
const withoutValues = ({ target }: Described): Pick<Described, 'target' | 'changes'> =>
  target ? { target: { type: target.type, id: target.id } } : {};

const actorOf = (actor: Actor): AuditActor =>
  actor.type === 'user' && actor.userId === undefined ? { ...actor, userId: actor.id } : actor;

/** All that an event tells, values too; undefined for one that makes no entry. */
export function auditEventOf(event: AnyEvent): Described | undefined {
  const row = (auditRows as Record<string, unknown>)[event.type];
  return typeof row === 'function' ? (row as (data: unknown) => Described)(event.data) : undefined;
}

/** One projection row per event that makes an entry. */
const on = Object.fromEntries(
  Object.entries(auditRows)
    .filter(([, row]) => typeof row === 'function')
    .map(([type]) => [type, (_: unknown, event: AnyEvent) => entryOf(event, auditEventOf(event)!)]),
) as NonNullable<Projection<AuditEntry, AuditedEvents>['on']>;

export const audit: Projection<AuditEntry, AuditedEvents> = {
  name: 'audit',
  version: 2,
  // What a query filters by stands in the index itself, so that rows it leaves out cost no look at their documents.
  // Each index costs every row about 7 µs of the writer: filters that are rarer than these walk the covering one.
  indexes: [
    ['category', 'id', 'nonUser', 'action'],
    ['category', 'subCategory', 'id', 'nonUser', 'action'],
    ['action', 'id', 'nonUser'],
    ['actor.userId', 'id', 'nonUser', 'action'],
    ['actor.userId', 'category', 'id', 'nonUser', 'subCategory', 'action'],
    ['target.id', 'id', 'nonUser', 'target.type', 'category', 'subCategory', 'action'],
  ],
  covering: [
    [
      ...['id', 'nonUser', 'category', 'subCategory', 'action', 'actor.userId'],
      ...['target.type', 'target.id', 'client.ip', 'source.type'],
    ],
  ],
  on,
};
