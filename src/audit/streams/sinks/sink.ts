// What a stream sends to: something that takes entries in order, all of a batch or, as far as is known, none.
import type { Weight } from '../formats/shown-entry';

export interface Line {
  /** Id of the entry. */
  readonly id: string;
  /** One line, in the format of the stream. */
  readonly text: string;
  /** ISO time of the act. */
  readonly at: string;
  readonly category: string;
  readonly weight: Weight;
}

export interface Sink {
  /**
   * Resolves once all have been taken. Rejects with NotDelivered where they were not, or where that is not known: they
   * are sent again; or with the reason of the signal.
   */
  send(lines: readonly Line[], signal: AbortSignal): Promise<void>;
  close(): void;
}
