// Takes the name of a record and the digests of its values out of all rows about it when the record is erased; while it
// waits for that, they are laid aside, and come back if the erasure is cancelled.
import { withoutNames } from '../../src/audit/query/entry-terms.vocabulary';
import type { RecordEvents } from '../../src/crm/records/record.events';
import type { OpOnMany } from '../projection';
import type { AuditEntry } from './audit-entry';

function withoutName(row: AuditEntry): AuditEntry {
  const { target, terms, summary } = row;
  const left = withoutNames(terms, summary);
  if (!target || (target.label === undefined && left.length === terms.length)) return row;
  return { ...row, target: { type: target.type, id: target.id }, terms: left };
}

function hidden(row: AuditEntry): AuditEntry {
  const without = withoutName(row);
  if (without === row) return row;
  const { target, terms } = row;
  return { ...without, waiting: { ...(target?.label !== undefined && { label: target.label }), terms } };
}

function shown(row: AuditEntry): AuditEntry {
  const { waiting, target, ...rest } = row;
  if (!waiting || !target) return row;
  const { label, terms } = waiting;
  return { ...rest, target: { ...target, ...(label !== undefined && { label }) }, terms };
}

function forgotten(row: AuditEntry): AuditEntry {
  const { waiting, ...rest } = withoutName(row);
  return waiting ? rest : withoutName(row);
}

const changes: Readonly<Partial<Record<keyof RecordEvents, (row: AuditEntry) => AuditEntry>>> = {
  'record.erasure-requested.v1': hidden,
  'record.erasure-cancelled.v1': shown,
  'record.erased.v1': forgotten,
};

/** What an event does to the rows that tell of its record. */
export function onRowsOf(type: string, data: unknown): OpOnMany<AuditEntry>[] {
  const change = changes[type as keyof RecordEvents];
  if (!change) return [];
  const { objectType, recordId } = data as { objectType: string; recordId: string };
  const where = { 'target.id': recordId, 'target.type': objectType };
  return [{ where, order: ['occurredAt', 'id'], change }];
}
