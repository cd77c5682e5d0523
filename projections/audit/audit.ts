// The audit log: one row for every event that tells what somebody did, a pure function of the event.
import type { AuditActor, Described, Values } from '../../src/audit/audit-entry.vocabulary';
import { auditEventOf, auditRows, type AuditedEvents } from '../../src/audit/audit-rows.vocabulary';
import type { Actor, Client, Recorded, SourceType } from '../../src/eventsourcing/event';
import { OPERATOR, SSO } from '../../src/identity/identity.vocabulary';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import { termsOf } from '../../src/audit/entry-terms.vocabulary';
import { comparableAddress } from '../../src/origin/address-range.vocabulary';
import type { Digest, Op, Projection } from '../projection';

/** One row of the audit log. */
export interface AuditEntry extends Omit<Described, 'reported' | 'inLog'>, Doc {
  /** The padded position: ids are in the order of the log. */
  readonly id: string;
  readonly position: string;
  /**
   * When the command was accepted, or what another module reported happened, in milliseconds since the epoch. Clocks
   * differ, so it may step back from row to row.
   */
  readonly occurredAt: number;
  /** The store's time when the event was written, in milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly actor: AuditActor;
  /** True where no person did it, though Strata may have done it for one: such rows are left out unless asked for. */
  readonly nonUser: boolean;
  readonly client: Client;
  /** The client's address in a form whose order as text is that of addresses. */
  readonly address?: string;
  readonly source: { readonly type: SourceType; readonly id?: string };
  readonly causes: {
    readonly commandId: string;
    readonly correlationId: string;
    readonly causationId?: string;
  };
  /** Absent for records, whose values stay in the log. */
  readonly changes?: Values;
  /** By what it is found beside: see `entry-terms.vocabulary.ts`. */
  readonly terms: readonly string[];
  readonly eventType: string;
  readonly stream: string;
  readonly revision: number;
}

type AnyEvent = Recorded<{ type: string; data: unknown }>;

/** What counters need of a row: what was done, by whom and when. */
export type Act = Pick<
  AuditEntry,
  'occurredAt' | 'category' | 'subCategory' | 'action' | 'actor' | 'nonUser' | 'client'
>;

export function actOf({ meta }: AnyEvent, described: Described): Act {
  const { category, subCategory, action, reported } = described;
  const actor = described.actor ? namedIn(described.actor, described) : actorOf(meta.actor);
  return {
    ...{ occurredAt: Date.parse(reported?.occurredAt ?? meta.at), category, subCategory, action, actor },
    // A login attempt counts as a person's act, whether the person is known or not, and so does work on the stores
    // themselves, and what a person's sign-in gives them.
    nonUser:
      (actor.type === 'system' || actor.userId === undefined) &&
      category !== 'LOGIN' &&
      ![OPERATOR, SSO].includes(actor.id) &&
      !reported?.isShown,
    client: reported?.client ?? meta.client ?? {},
  };
}

/** A name that may be a customer's stays in the log. */
function namedIn(actor: AuditActor, { inLog }: Described): AuditActor {
  const { name: _, ...nameless } = actor;
  return inLog === 'values and names' ? nameless : actor;
}

function entryOf(event: AnyEvent, described: Described, digest: Digest): Op<AuditEntry> {
  const { meta } = event;
  const { client, ...act } = actOf(event, described);
  const address = client.ip === undefined ? undefined : comparableAddress(client.ip);
  const { summary, reported } = described;
  const { target, changes } = withoutValues(event, described);
  return {
    id: padded(event.position),
    put: {
      position: event.position.toString(),
      recordedAt: event.recordedAt,
      ...act,
      summary,
      ...(target && { target }),
      client,
      ...(address !== undefined && { address }),
      source: reported?.source ?? meta.source,
      causes: {
        commandId: meta.commandId,
        correlationId: meta.correlationId,
        ...(meta.causationId !== undefined && { causationId: meta.causationId }),
      },
      ...(changes && { changes }),
      terms: termsOf(searchedOf(event, described), digest),
      eventType: event.type,
      stream: event.stream,
      revision: event.revision,
    },
  };
}

/** A record's name and values stay in the log: they are read from there when an entry is shown. */
function withoutValues({ type }: AnyEvent, described: Described): Pick<Described, 'target' | 'changes'> {
  const { inLog = type.startsWith('record.') ? 'values and names' : undefined, target } = described;
  if (inLog === undefined) return described;
  if (!target || inLog === 'values') return target ? { target } : {};
  return { target: { type: target.type, id: target.id } };
}

/**
 * What may be searched for. Of a record's change whose event does not say which of its values are sensitive, neither
 * the values nor their names; of what another module reported of a record, names of properties alone.
 */
function searchedOf({ type, data }: AnyEvent, described: Described) {
  const { summary, changes = {}, inLog } = described;
  const isReported = inLog === 'values and names';
  if (!isReported && !type.startsWith('record.')) return described;
  const { sensitive = isReported || type === 'record.values-changed.v1' ? [] : undefined } = data as {
    readonly sensitive?: readonly string[];
  };
  const shown = Object.entries(changes).filter(([name]) => sensitive && !sensitive.includes(name));
  const unvalued = shown.map(([name]) => [name, { from: null, to: null }] as const);
  return { summary, changes: Object.fromEntries(isReported ? unvalued : shown) };
}

/**
 * The actor with the user and the API key that acted, even where the actor is one of them: rows of a user or a key are
 * all found by one path.
 */
const actorOf = (actor: Actor): AuditActor => ({
  ...actor,
  ...(actor.type === 'user' && actor.userId === undefined && { userId: actor.id }),
  ...(actor.type === 'apiKey' && { keyId: actor.id }),
});

/** Uses `row` for every event that makes an entry. */
export const onEntries = <D extends Doc>(
  row: (event: AnyEvent, digest: Digest) => Op<D> | readonly Op<D>[] | undefined,
) =>
  Object.fromEntries(
    Object.entries(auditRows)
      .filter(([, told]) => typeof told === 'function')
      .map(([type]) => [type, (_: unknown, event: AnyEvent, digest: Digest) => row(event, digest)]),
  ) as Projection<D, AuditedEvents>['on'];

export const audit: Projection<AuditEntry, AuditedEvents> = {
  name: 'audit',
  version: 8,
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
    // Everything by the same cause: the rows of a job have one and lie together.
    ['causes.correlationId', 'id'],
    ['target.id', 'id', 'nonUser', 'target.type', 'category', 'subCategory', 'action', 'occurredAt'],
  ],
  covering: [
    [
      ...['id', 'nonUser', 'category', 'subCategory', 'action', 'actor.userId', 'actor.keyId', 'actor.id'],
      ...['target.type', 'target.id', 'client.ip', 'source.type', 'occurredAt'],
    ],
  ],
  on: {
    ...onEntries((event, digest) => entryOf(event, auditEventOf(event)!, digest)),
    'purge.rows-removed.v1': ({ rows }) =>
      rows.map((position) => ({ id: padded(BigInt(position)), remove: true as const })),
  },
};
