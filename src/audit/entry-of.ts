// Makes of an event the entry that the read model keeps of it, which it may not have applied yet.
import { audit, type AuditEntry } from '../../projections/audit/audit';
import type { Asks, Digest, Op } from '../../projections/projection';
import type { Recorded } from '../eventsourcing/event';

export type AnyEvent = Recorded<{ type: string; data: unknown }>;

/**
 * The entry that tells of an event; undefined where the event is internal and makes none. It is found by values where
 * their digests are made as the read model's are.
 */
export function entryOf(event: AnyEvent, digest: Digest = () => ''): AuditEntry | undefined {
  const rows = audit.on as Readonly<Record<string, Row>>;
  const asked = rows[event.type]?.(event.data, event, digest);
  const put = [asked].flat().find((op): op is Put => op !== undefined && 'put' in op);
  if (!put) return undefined;
  const { target, ...rest } = put.put;
  // The name of a record is to be looked up: the record may have been erased since.
  const named = target && event.type.startsWith('record.') ? { type: target.type, id: target.id } : target;
  return { ...rest, ...(named && { target: named }), id: put.id };
}

type Row = (data: unknown, event: AnyEvent, digest: Digest) => Asks<AuditEntry>;
type Put = Extract<Op<AuditEntry>, { put: unknown }>;
