// Slices of rows that purges have removed from the audit log: how many, and between which positions they lay.
import type { PurgeEvents } from '../../src/audit/retention/purge.events';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Projection } from '../projection';

/** The id is the padded position of the event, which names the rows. */
export interface PurgedSlice extends Doc {
  readonly purgeId: string;
  readonly category: string;
  readonly rows: number;
  /** Padded positions of the least and the greatest of the rows. */
  readonly first: string;
  readonly last: string;
}

export const purgedRows: Projection<PurgedSlice, PurgeEvents> = {
  name: 'purged-rows',
  version: 1,
  indexes: [['first', 'last']],
  on: {
    'purge.rows-removed.v1': ({ purgeId, category, rows }, { position }) => {
      const ids = rows.map((row) => padded(BigInt(row))).sort();
      return {
        id: padded(position),
        put: { purgeId, category, rows: rows.length, first: ids[0]!, last: ids.at(-1)! },
      };
    },
  },
};
