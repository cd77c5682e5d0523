// Carries out rows many at a time and settles them in their order, so that "done up to here" is exact at any moment.

export interface Window<T, R> {
  /** Rows under way at most. */
  readonly size: number;
  /** What they may weigh together; one alone may weigh more. */
  readonly weight: number;
  weigh(row: T): number;
  /** Rows that share a key run one after the other. */
  keysOf(row: T): readonly string[];
  run(row: T): Promise<R>;
  /** Did it leave a trace that a repeat of the row recognises as its own? */
  leftTrace(result: R): boolean;
  /** In the order of the rows. */
  settle(row: T, result: R): Promise<void> | void;
  /** Makes durable that everything settled so far is done. */
  record(): Promise<void>;
  /** Is it time to record? Asked after each row. */
  due(): boolean;
}

/** Returns once every row begun has settled and is recorded; stops beginning rows when the signal aborts. */
export async function carryOut<T, R>(
  rows: AsyncIterable<T>,
  window: Window<T, R>,
  signal: AbortSignal,
): Promise<void> {
  const underWay: { row: T; keys: readonly string[]; weight: number; running: Promise<R> }[] = [];
  let carried = 0;
  /** The last row with a key that is under way, or done without a trace and not recorded. */
  const open = new Map<string, number>();
  let begun = 0;
  let settled = 0;

  const settleNext = async () => {
    const { row, keys, weight, running } = underWay[0]!;
    const result = await running;
    underWay.shift();
    carried -= weight;
    const number = settled++;
    await window.settle(row, result);
    if (window.leftTrace(result)) for (const key of keys) if (open.get(key) === number) open.delete(key);
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
    // A row without a trace would be carried out anew after a crash, over what the row to come has done by then.
    if (open.has(key)) await record();
  };

  try {
    for await (const row of rows) {
      if (signal.aborted) break;
      const keys = window.keysOf(row);
      for (const key of keys) await waitFor(key);
      const weight = window.weigh(row);
      while (underWay.length >= window.size || (underWay.length > 0 && carried + weight > window.weight))
        await settleNext();
      for (const key of keys) open.set(key, begun);
      begun += 1;
      const running = window.run(row);
      // Awaited in its turn; until then a failure must not count as unhandled.
      running.catch(() => undefined);
      underWay.push({ row, keys, weight, running });
      carried += weight;
    }
  } finally {
    // Also when the file breaks: what was begun is settled before anything else is said.
    while (underWay.length > 0) await settleNext();
    await record();
  }
}
