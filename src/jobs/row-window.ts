// Carries out rows many at a time and settles them in their order, so that "done up to this row" is exact at any
// moment.

export interface Window<T, R> {
  /** The most rows under way at once. */
  readonly size: number;
  /** The most weight of the rows under way together; a single row may weigh more. */
  readonly weight?: number;
  weigh?(row: T): number;
  /** Keys of a row: rows that share one run one after another. */
  keysOf?(row: T): readonly string[];
  run(row: T): Promise<R>;
  /** Whether the row left a trace by which a repeat of it recognises its own work; for rows with keys. */
  leftTrace?(result: R): boolean;
  /** Takes the result of a row, in the order of the rows. */
  settle(row: T, result: R): Promise<void> | void;
  /** Makes durable that everything settled so far is done. */
  record(): Promise<void>;
  /** Whether it is time to record; asked after each row. */
  due(): boolean;
}

/**
 * Resolves once every row that was begun is settled and recorded; begins no more rows after the signal has aborted. Where
 * a row fails, it rejects once no row is under way: those before it are settled and recorded, none behind it is.
 */
export async function carryOut<T, R>(
  rows: AsyncIterable<T>,
  window: Window<T, R>,
  signal: AbortSignal,
): Promise<void> {
  const underWay: { row: T; keys: readonly string[]; weight: number; running: Promise<R> }[] = [];
  const most = window.weight ?? Infinity;
  let carried = 0;
  /**
   * By key: the number of the last row that is under way, or was done without leaving a trace and is not recorded yet.
   */
  const open = new Map<string, number>();
  let begun = 0;
  let settled = 0;
  /** False where a row was settled only in part, so that nothing more may be recorded. */
  let isExact = true;

  const settleNext = async () => {
    const { row, keys, weight, running } = underWay[0]!;
    const result = await running;
    underWay.shift();
    carried -= weight;
    const number = settled++;
    isExact = false;
    await window.settle(row, result);
    isExact = true;
    if (window.leftTrace?.(result)) for (const key of keys) if (open.get(key) === number) open.delete(key);
    if (window.due()) await record();
  };
  const record = async () => {
    await window.record();
    for (const [key, number] of open) if (number < settled) open.delete(key);
  };
  const waitFor = async (key: string) => {
    const number = open.get(key);
    if (number === undefined) return;
    while (settled <= number) await settleNext();
    // After a crash, a row without a trace would be carried out again, over what the next row had done by then.
    if (open.has(key)) await record();
  };

  const settleAll = async () => {
    while (underWay.length > 0) await settleNext();
  };

  try {
    for await (const row of rows) {
      if (signal.aborted) break;
      const keys = window.keysOf?.(row) ?? [];
      for (const key of keys) await waitFor(key);
      const weight = window.weigh?.(row) ?? 0;
      while (underWay.length >= window.size || (underWay.length > 0 && carried + weight > most))
        await settleNext();
      for (const key of keys) open.set(key, begun);
      begun += 1;
      const running = window.run(row);
      // Awaited in its turn; until then a failure must not count as unhandled.
      running.catch(() => undefined);
      underWay.push({ row, keys, weight, running });
      carried += weight;
    }
    await settleAll();
  } catch (error) {
    await Promise.allSettled(underWay.map(({ running }) => running));
    try {
      // Rejects again at the row that failed; where the file broke, every row that was begun is settled.
      if (isExact) await settleAll();
    } finally {
      if (isExact) await record();
    }
    throw error;
  }
  await record();
}
