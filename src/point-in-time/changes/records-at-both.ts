// Reads the records that events have touched since a position, as they were there and at a later one. What it takes
// follows these events, not the number of records.
import { rangeOf, rewound, type ReadAt, type RecordRow, type RecordsAt, type Row } from '../records-at';
import { Scratch, type Touched } from '../scratch';
import { sideBySide, type Pair } from './side-by-side';
import { sweepInto } from '../sweep';

export interface RecordsAtBoth extends Omit<ReadAt, 'position'>, Pick<RecordsAt, 'onErased'> {
  /** Two positions, both inclusive: `then` is not after `now`, and `now` not after the checkpoint. */
  readonly then: bigint;
  readonly now: bigint;
  /** Told once how many records there are at most. */
  readonly onCounted?: (records: number) => void;
}

/**
 * Pages of pairs in (type, id) order; a record that was at neither position is in none. The caller keeps tombstones as it
 * does for `recordsAt`. Memory is constant.
 */
export async function* recordsAtBoth(options: RecordsAtBoth): AsyncGenerator<Pair[], void> {
  const { then, now, onErased, onCounted, ...readAt } = options;
  const { documents, collection, checkpoint, signal } = readAt;
  if (checkpoint < now) throw new Error('The records are behind the position asked for');
  const objectTypes = [...readAt.objectTypes].sort();
  const sweep = { ...readAt, to: checkpoint, objectTypes: new Set(objectTypes) };
  const [since, later] = [new Scratch(readAt.scratchDir), new Scratch(readAt.scratchDir)];
  try {
    await sweepInto(since, { ...sweep, from: then });
    await sweepInto(later, { ...sweep, from: now });
    onCounted?.(since.count());
    for (const { from, to } of objectTypes.map(rangeOf))
      for (const page of since.pages(from, to))
        // As many at once as may be held: documents may be larger than what touched them.
        for (let next = 0; next < page.length;) {
          signal.throwIfAborted();
          const ids = page.slice(next).map(({ id }) => id);
          const { found, looked } = await documents.getSome<RecordRow>(collection, ids);
          const some = page.slice(next, (next += looked));
          const touchedLater = later.get(ids.slice(0, looked));
          const stampedOf = ({ id }: Touched) => found.get(id);
          const before = some.map((touched): Row => ({ stamped: stampedOf(touched), touched }));
          const after = some.map((one): Row => ({
            stamped: stampedOf(one),
            touched: touchedLater.get(one.id),
          }));
          yield* sideBySide(
            rewound(before, { ...readAt, position: then, ...(onErased && { onErased }) }),
            // Without a document, and untouched since, it was gone by then.
            rewound(
              after.filter(({ stamped, touched }) => stamped ?? touched),
              { ...readAt, position: now },
            ),
          );
        }
  } finally {
    since.close();
    later.close();
  }
}
