// Goes through a collection, the rows that a backup holds, and the ids that the log tells of, side by side in the order
// of their ids: nothing that is in one of them alone is overlooked. Memory is constant.
import { breathe } from '../../eventsourcing/breath';
import { sizeOf } from '../../eventsourcing/size-of';
import { peekable, type ScratchRows } from '../../point-in-time/scratch-rows';
import type { Doc, Stamped } from '../../read/document-store';

interface Row {
  readonly id: string;
}

/** What is known under one id. Without document and row, the log alone tells of it. */
export interface Met<D extends Doc, R extends Row> {
  readonly id: string;
  readonly stamped?: Stamped<D>;
  readonly row?: R;
}

const GROUP = 500;
const GROUP_CHARS = 4_000_000;
/** Behind every id: they are ASCII. */
const END = '\u007f';

export async function* merged<D extends Doc, R extends Row>(
  pages: AsyncIterable<readonly Stamped<D>[]>,
  rows: ScratchRows<R>,
  told: ScratchRows<Row>,
  signal: AbortSignal,
): AsyncGenerator<Met<D, R>[], void> {
  const row = peekable(rows.rows('', END));
  const gone = peekable(told.rows('', END));
  let group: Met<D, R>[] = [];
  let chars = 0;
  const isFull = () => group.length >= GROUP || chars >= GROUP_CHARS;
  const taken = async () => {
    signal.throwIfAborted();
    await breathe();
    const full = group;
    [group, chars] = [[], 0];
    return full;
  };
  const add = (id: string, stamped?: Stamped<D>) => {
    const own = row.next?.id === id ? row.take() : undefined;
    if (gone.next?.id === id) gone.take();
    group.push({ id, ...(stamped && { stamped }), ...(own && { row: own }) });
    if (own) chars += sizeOf(own);
  };
  const nextBefore = (id: string): string | undefined => {
    const [one, other] = [row.next?.id, gone.next?.id];
    const least = one === undefined || (other !== undefined && other < one) ? other : one;
    return least !== undefined && least < id ? least : undefined;
  };
  for await (const page of pages)
    for (const stamped of page) {
      for (let id = nextBefore(stamped.id); id !== undefined; id = nextBefore(stamped.id)) {
        add(id);
        if (isFull()) yield taken();
      }
      add(stamped.id, stamped);
      if (isFull()) yield taken();
    }
  for (let id = nextBefore(END); id !== undefined; id = nextBefore(END)) {
    add(id);
    if (isFull()) yield taken();
  }
  yield taken();
}
