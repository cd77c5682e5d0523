// Makes of an event the entry that the read model keeps of it, which it may not have applied yet.
import { audit, type AuditEntry } from '../../projections/audit/audit';
import type { Digest, Op } from '../../projections/projection';
import type { Recorded } from '../eventsourcing/event';

export type AnyEvent = Recorded<{ type: string; data: unknown }>;

/**
 * The entry that tells of an event; undefined where the event is internal and makes none. It is found by values where
 * their digests are made as the read model's are.
 */
export function entryOf(event: AnyEvent, digest: Digest = () => ''): AuditEntry | undefined {
  const rows = audit.on as Readonly<
    Record<string, (data: unknown, event: AnyEvent, digest: Digest) => Op<AuditEntry>>
  >;
  const op = rows[event.type]?.(event.data, event, digest);
  return op && 'put' in op ? { ...op.put, id: op.id } : undefined;
}
