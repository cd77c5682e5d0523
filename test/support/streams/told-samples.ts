// One entry of every kind that the audit log has, as it is told to receivers.
import { auditRows, type AuditedEvents } from '../../../src/audit/audit-rows.vocabulary';
import { entryOf, type AnyEvent } from '../../../src/audit/entry-of';
import { shownEntry, type ShownEntry } from '../../../src/audit/streams/formats/shown-entry';
import type { Meta } from '../../../src/eventsourcing/event';
import { samples } from '../../unit/audit/audit-samples';
import { at, meta } from '../spec';

type Type = keyof AuditedEvents;

export const toldTypes = (Object.keys(auditRows) as Type[]).filter(
  (type) => typeof auditRows[type] === 'function',
);

/** The entry of a sample, by the person, the client and the source that `part` names. */
export function toldSample(
  type: Type,
  part: Partial<Meta> = {},
  changes?: ShownEntry['changes'],
): ShownEntry {
  const event = {
    ...{ id: '5d474094-aafd-5b6d-9e0b-316c3e709643', type, data: samples[type] },
    ...{ meta: { ...meta, ...part }, stream: 'contact-1', revision: 3, position: 57n },
    recordedAt: Date.parse(at) + 12,
  } as unknown as AnyEvent;
  const { actor, ...entry } = entryOf(event)!;
  const { keyId: _, ...shown } = actor;
  const told = { ...entry, actor: { ...shown, ...(shown.userId && { email: 'ada@example.com' }) } };
  return shownEntry({ ...told, ...(changes && { changes }) }, true);
}
