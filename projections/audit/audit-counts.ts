// Counters of what the audit log shows: for everybody by quarter of an hour, hour, day and month, for each person and each
// address in sheets. They are of the time when something was done, and hold no name and no value of anything.
import { auditEventOf, type AuditedEvents } from '../../src/audit/audit-rows.vocabulary';
import { actOf } from '../../src/audit/analysis/act.vocabulary';
import {
  blockId,
  cellOf,
  dayInMonth,
  grains,
  quarterInDay,
  sheetId,
  startOf,
  type Cell,
  type Counts,
  type SheetKind,
  type Slots,
} from '../../src/audit/analysis/counts.vocabulary';
import type { Doc } from '../../src/read/document-store';
import type { Op, Projection } from '../projection';
import { onEntries } from './audit';

/** What everybody did in a block of time. Its id is the block's. */
export interface BlockCounts extends Doc {
  readonly counts: Counts;
}

/**
 * What one actor did in a month, by its days, or in a day, by its quarters of an hour; of an address by category alone.
 * Hundreds are read for one chart: a cell's name stands in a sheet once.
 */
export interface CountSheet extends Doc {
  readonly span: string;
  readonly kind: SheetKind;
  readonly actor: string;
  readonly total: number;
  readonly cells: Readonly<Record<Cell, Slots>>;
}

const plusOne = (counts: Counts | undefined, name: string): Counts => ({
  ...counts,
  [name]: (counts?.[name] ?? 0) + 1,
});

function inSheet(kind: SheetKind, actor: string, span: string, slot: string, cell: string): Op<CountSheet> {
  return {
    id: sheetId(kind, span, actor),
    change: (old) => ({
      ...{ span, kind, actor, total: (old?.total ?? 0) + 1 },
      cells: { ...old?.cells, [cell]: plusOne(old?.cells[cell], slot) },
    }),
  };
}

export const auditCounts: Projection<BlockCounts | CountSheet, AuditedEvents> = {
  name: 'audit-counts',
  version: 1,
  indexes: [['span', 'kind', 'total']],
  on: onEntries<BlockCounts | CountSheet>((event) => {
    const act = actOf(event, auditEventOf(event)!);
    // What the list shows without being asked for: what people did.
    if (act.nonUser) return undefined;
    const { occurredAt: time, category, actor, client } = act;
    const cell = cellOf(act);
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
