// How far each stream is: a small document that is changed by compare-and-set.
import type { DocumentStore } from '../../read/document-store';

export interface StreamState {
  /** All up to this position, a decimal string, was sent, or is not told of. */
  readonly reached: string;
  /** Revision of the stream's own events up to which moves were acted on. */
  readonly acted: number;
  /** Position of the last entry that was sent, and when that was (ISO time). */
  readonly sent: { readonly position: string; readonly at: string } | null;
  readonly error: { readonly at: string; readonly reason: string } | null;
  /** Nothing is taken at the moment, or it cannot be told. */
  readonly down: boolean;
}

const keyOf = (streamId: string): string => `audit-stream:${streamId}`;

export const streamState = (documents: DocumentStore, streamId: string): Promise<StreamState | undefined> =>
  documents.getState<StreamState>(keyOf(streamId));

/** False where another courier has changed it. */
export const changeStreamState = (
  documents: DocumentStore,
  streamId: string,
  before: StreamState | undefined,
  after: StreamState | undefined,
): Promise<boolean> => documents.compareAndSet(keyOf(streamId), before, after);
