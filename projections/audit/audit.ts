// The audit log: one row for every event that tells what somebody did, a pure function of the event.
import { actOf } from '../../src/audit/analysis/act.vocabulary';
import type { Described } from '../../src/audit/audit-entry.vocabulary';
import { auditEventOf, auditRows, type AuditedEvents } from '../../src/audit/audit-rows.vocabulary';
import type { Recorded } from '../../src/eventsourcing/event';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import { facetsOf, termsOf } from '../../src/audit/query/entry-terms.vocabulary';
import { comparableAddress } from '../../src/origin/address-range.vocabulary';
import type { Asks, Digest, Op, Projection } from '../projection';
import type { AuditEntry } from './audit-entry';
import { onRowsOf } from './names-forgotten';

export type { AuditEntry } from './audit-entry';

type AnyEvent = Recorded<{ type: string; data: unknown }>;

function entryOf(event: AnyEvent, described: Described, digest: Digest): Op<AuditEntry> {
  const { meta } = event;
  const { client, ...act } = actOf(event, described);
  const address = client.ip === undefined ? undefined : comparableAddress(client.ip);
  const { summary, reported } = described;
  const { target, changes } = withoutValues(event, described);
  const source = reported?.source ?? meta.source;
  const facets = facetsOf({
    ...{ 'source.type': source.type, 'client.country': client.country, address },
  });
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
      source,
      causes: {
        commandId: meta.commandId,
        correlationId: meta.correlationId,
        ...(meta.causationId !== undefined && { causationId: meta.causationId }),
      },
      ...(changes && { changes }),
      terms: termsOf(searchedOf(event, described), facets, digest),
      eventType: event.type,
      stream: event.stream,
      revision: event.revision,
    },
  };
}

/**
 * What a row keeps of an event of a record, or of what was reported of one: the record's name where the event tells it
 * as one that is not sensitive. Values stay in the log, and are read from there when an entry is shown.
 */
function withoutValues(
  { type, data }: AnyEvent,
  described: Described,
): Pick<Described, 'target' | 'changes'> {
  const ofRecord = type.startsWith('record.');
  const { inLog = ofRecord ? 'values and names' : undefined, target } = described;
  if (inLog === undefined) return described;
  if (!target || inLog === 'values') return target ? { target } : {};
  const { name } = ofRecord ? (data as RecordData) : {};
  return { target: { type: target.type, id: target.id, ...(name !== undefined && { label: name }) } };
}

interface RecordData {
  readonly name?: string;
  readonly sensitive?: readonly string[];
}

/**
 * What may be searched for. Of a record's change whose event does not say which of its values are sensitive, neither
 * the values nor their names; of what another module reported of a record, names of properties alone.
 */
function searchedOf(event: AnyEvent, described: Described) {
  const { type, data } = event;
  const { summary, changes = {}, inLog } = described;
  const isReported = inLog === 'values and names';
  if (!isReported && !type.startsWith('record.')) return described;
  const { sensitive = isReported || type === 'record.values-changed.v1' ? [] : undefined } =
    data as RecordData;
  const shown = Object.entries(changes).filter(([name]) => sensitive && !sensitive.includes(name));
  const unvalued = shown.map(([name]) => [name, { from: null, to: null }] as const);
  return {
    ...withoutValues(event, described),
    ...{ summary, changes: Object.fromEntries(isReported ? unvalued : shown) },
  };
}

/** Uses `row` for every event that makes an entry. */
export const onEntries = <D extends Doc>(row: (event: AnyEvent, digest: Digest) => Asks<D>) =>
  Object.fromEntries(
    Object.entries(auditRows)
      .filter(([, told]) => typeof told === 'function')
      .map(([type]) => [type, (_: unknown, event: AnyEvent, digest: Digest) => row(event, digest)]),
  ) as Projection<D, AuditedEvents>['on'];

/** Lists go by the time at which things were done; of one time, by position. */
const TIME = ['occurredAt', 'id'] as const;

/** What queries filter by beside the time. */
const FILTERED = [
  ...[
    'nonUser',
    'category',
    'subCategory',
    'action',
    'actor.userId',
    'actor.keyId',
    'actor.id',
    'actor.type',
  ],
  ...['target.type', 'target.id', 'address', 'client.country', 'client.loginType', 'source.type'],
];

export const audit: Projection<AuditEntry, AuditedEvents> = {
  name: 'audit',
  version: 10,
  // What a query filters by is in the index itself, so that rows it excludes are not read from their documents. Each
  // index costs the writer about 7 µs for each row: rarer filters go by terms, or walk a covering index.
  indexes: [
    ['category', ...TIME, 'nonUser', 'action', 'actor.userId'],
    ['category', 'subCategory', ...TIME, 'nonUser', 'action', 'actor.userId'],
    ['action', ...TIME, 'nonUser', 'category', 'actor.userId'],
    ['actor.userId', ...TIME, 'nonUser', 'action'],
    ['actor.userId', 'category', ...TIME, 'nonUser', 'subCategory', 'action'],
    ['actor.keyId', ...TIME, 'nonUser', 'category', 'action'],
    ['actor.id', ...TIME, 'nonUser', 'category', 'action'],
    // Everything by the same cause: the rows of a job have one.
    ['causes.correlationId', ...TIME],
  ],
  // By this one the rows of a record are found when it is erased.
  sought: [['target.id', ...TIME, 'nonUser', 'target.type', 'category', 'subCategory', 'action']],
  // Who follows the log by position needs none: what is new is read from the documents themselves.
  covering: [['occurredAt', 'id', ...FILTERED]],
  terms: 'terms',
  on: {
    ...onEntries<AuditEntry>((event, digest) => [
      entryOf(event, auditEventOf(event)!, digest),
      ...onRowsOf(event.type, event.data),
    ]),
    'purge.rows-removed.v1': ({ rows }) =>
      rows.map((position) => ({ id: padded(BigInt(position)), remove: true as const })),
  },
};
