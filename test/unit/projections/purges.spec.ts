// What a purge leaves: rows that are no more, what it has done, and how many rows are gone between two positions.
import fc from 'fast-check';
import { audit } from '../../../projections/audit/audit';
import { purgedRows } from '../../../projections/audit/purged-rows';
import { purges } from '../../../projections/audit/purges';
import { withPositions } from '../../../src/log-copies/event-positions';
import { at, meta, projecting } from '../../support/spec';
import { samples } from '../audit/audit-samples';

const padded = (position: number) => String(position).padStart(20, '0');
const created = { type: 'record.created.v1', data: samples['record.created.v1'] } as const;
const begun = { type: 'retention.purge-begun.v1', data: samples['retention.purge-begun.v1'] } as const;
const ended = { type: 'retention.purge-ended.v1', data: samples['retention.purge-ended.v1'] } as const;
const removed = (...rows: number[]) =>
  ({
    type: 'purge.rows-removed.v1',
    data: { ...samples['purge.rows-removed.v1'], rows: rows.map(String) },
  }) as const;

test('rows that a purge names are no more, and all others stay', () => {
  const { documents } = projecting(audit).given(created, created, created, removed(0, 20));
  expect(Object.keys(documents)).toEqual([padded(10)]);
});

test('which rows are left is a function of acts and purges, in whatever slices', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 12 }), (choices) => {
      const scenes: (typeof created | ReturnType<typeof removed>)[] = [];
      const live = new Set<number>();
      for (const choice of choices) {
        const position = scenes.length * 10;
        if (choice < 3) {
          scenes.push(created);
          live.add(position);
        } else {
          const gone = [...live].filter((_, n) => n % choice === 0);
          scenes.push(removed(...gone));
          for (const one of gone) live.delete(one);
        }
      }
      const ids = Object.keys(projecting(audit).given(...scenes).documents).sort();
      expect(ids).toEqual([...live].map(padded).sort());
    }),
  ));

test('a purge is told with what it has removed so far, and how it ended', () => {
  const running = {
    ...{ status: 'RUNNING', begunAt: at, begunBy: meta.actor, position: '0', commandId: meta.commandId },
    ...{ cutOffs: begun.data.cutOffs, holds: ['h-1'], removed: { LOGIN: 3 } },
    ...{ held: null, endedAt: null, reason: null },
  };
  projecting(purges)
    .given(begun, removed(1, 2), removed(3))
    .then({ 'p-1': running as never });
  projecting(purges)
    .given(begun, removed(1, 2), removed(3), ended)
    .then({ 'p-1': { ...running, status: 'COMPLETED', held: 1, endedAt: at } as never });
});

test('a slice is counted between its first and its last row', () =>
  projecting(purgedRows)
    .given(removed(9, 100, 20))
    .then({
      [padded(0)]: { purgeId: 'p-1', category: 'LOGIN', rows: 3, first: padded(9), last: padded(100) },
    }));

test('rows that a purge names are translated when the log moves', () =>
  expect(withPositions('purge.rows-removed.v1', removed(1, 2).data, (one) => `${one}0`)).toMatchObject({
    rows: ['10', '20'],
  }));
