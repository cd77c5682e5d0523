// The error of a store on a server that is out of reach, or does not answer in time: one for all adapters.
import { TooLate, within } from './supervision/pause';

/** Whether a write that was under way has been carried out is not known: repeating the same command is safe. */
export class StoreUnavailable extends Error {
  constructor(
    readonly store: string,
    override readonly cause?: unknown,
  ) {
    super(`${store} is out of reach or does not answer`);
  }
}

/**
 * The answer to a call, `asked`. Rejects with StoreUnavailable where none comes within `limitMs`, since a server that
 * hangs or a connection that ended silently never answers, and at an error of which `isOutage` is true.
 */
export async function answered<T>(
  store: string,
  limitMs: number,
  asked: Promise<T>,
  isOutage: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await within(limitMs, asked);
  } catch (error) {
    if (error instanceof TooLate || (isOutage(error) && !(error instanceof StoreUnavailable)))
      throw new StoreUnavailable(store, error);
    throw error;
  }
}
