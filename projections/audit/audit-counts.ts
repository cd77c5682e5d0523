// Counters of what the audit log shows: for everybody by quarter of an hour, hour, day and month, for each person and each
// address in sheets. They are of the time when something was done, and hold no name and no value of anything.
import type { AuditedEvents } from '../../src/audit/audit-rows.vocabulary';
import {
  blockId,
  cellOf,
  dayInMonth,
  grains,
  quarterInDay,
  sheetId,
  startOf,
  type Counts,
  type SheetKind,
} from '../../src/audit/analysis/counts.vocabulary';
import type { Doc } from '../../src/read/document-store';
import type { Op, Projection } from '../projection';
import { audit, type AuditEntry } from './audit';

/** What everybody did in a block of time. Its id is the block's. */
export interface BlockCounts extends Doc {
  readonly counts: Counts;
}

/** What one actor did in a month, by its days, or in a day, by its quarters of an hour; of an address by category alone. */
export interface CountSheet extends Doc {
  readonly span: string;
  readonly kind: SheetKind;
  readonly actor: string;
  readonly total: number;
  readonly slots: Readonly<Record<string, Counts>>;
}

type AnyEvent = { readonly type: string };
const rows = audit.on as Readonly<Record<string, (data: unknown, event: AnyEvent) => Op<AuditEntry>>>;

/** Uses `row` for the entries that are shown without being asked for: those of what people did. */
const onShown = (row: (entry: Omit<AuditEntry, 'id'>) => readonly Op<BlockCounts | CountSheet>[]) =>
  Object.fromEntries(
    Object.entries(rows).map(([type, told]) => [
      type,
      (data: unknown, event: AnyEvent) => {
        const op = told(data, event);
        return 'put' in op && !op.put.nonUser ? row(op.put) : undefined;
      },
    ]),
  );

const plusOne = (counts: Counts | undefined, cell: string): Counts => ({
  ...counts,
  [cell]: (counts?.[cell] ?? 0) + 1,
});

function inSheet(kind: SheetKind, actor: string, span: string, slot: string, cell: string): Op<CountSheet> {
  return {
    id: sheetId(kind, span, actor),
    change: (old) => ({
      ...{ span, kind, actor, total: (old?.total ?? 0) + 1 },
      slots: { ...old?.slots, [slot]: plusOne(old?.slots[slot], cell) },
    }),
  };
}

export const auditCounts: Projection<BlockCounts | CountSheet, AuditedEvents> = {
  name: 'audit-counts',
  version: 1,
  indexes: [['span', 'kind', 'total']],
  on: onShown((entry) => {
    const { occurredAt: time, category, actor, client } = entry;
    const cell = cellOf(entry);
    const [month, day] = [
      blockId('month', startOf('month', time)),
      blockId('day', startOf('day', time)),
    ] as const;
    const ops: Op<BlockCounts | CountSheet>[] = grains.map((grain) => ({
      id: blockId(grain, startOf(grain, time)),
      change: (old) => ({ counts: plusOne((old as BlockCounts | undefined)?.counts, cell) }),
    }));
    const sheets: Op<CountSheet>[] = [];
    if (actor.userId !== undefined)
      sheets.push(
        inSheet('user', actor.userId, month, dayInMonth(time), cell),
        inSheet('user', actor.userId, day, quarterInDay(time), cell),
      );
    if (client.ip !== undefined) sheets.push(inSheet('ip', client.ip, month, dayInMonth(time), category));
    return [...ops, ...(sheets as Op<BlockCounts | CountSheet>[])];
  }),
};
