// The error of a store on a server that is out of reach, or does not answer in time: one for all adapters.

/** Whether a write that was under way has been carried out is not known: repeating the same command is safe. */
export class StoreUnavailable extends Error {
  constructor(
    readonly store: string,
    override readonly cause?: unknown,
  ) {
    super(`${store} is out of reach or does not answer`);
  }
}

/** A call took longer than it may. */
class Unanswered extends Error {}

/**
 * The answer to a call, `asked`. Rejects with StoreUnavailable where none comes within `limitMs`, since a server that
 * hangs or a connection that ended silently never answers, and at an error of which `isOutage` is true.
 */
export function answered<T>(
  store: string,
  limitMs: number,
  asked: Promise<T>,
  isOutage: (error: unknown) => boolean,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) =>
      reject(
        error instanceof Unanswered || (isOutage(error) && !(error instanceof StoreUnavailable))
          ? new StoreUnavailable(store, error)
          : (error as Error),
      );
    // An answer that came while this thread was held up counts: it is read before the call counts as unanswered.
    const over = () => setImmediate(() => failed(new Unanswered('No answer in time')));
    const timer = setTimeout(over, limitMs);
    asked.then(resolve, failed).finally(() => clearTimeout(timer));
  });
}
