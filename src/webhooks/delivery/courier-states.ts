// How far the courier of each subscription is: a small document that is changed by compare-and-set.
import type { DocumentStore } from '../../read/document-store';

export interface CourierState {
  /** All up to this position, a decimal string, was delivered, or waits by itself, or has failed. */
  readonly reached: string;
  /** Revision of the subscription's stream up to which moves and resends were acted on. */
  readonly acted: number;
  /** ISO times. */
  readonly deliveredAt: string | null;
  readonly error: { readonly at: string; readonly reason: string } | null;
  /** The receiver takes nothing at the moment. */
  readonly down: boolean;
}

const keyOf = (webhookId: string): string => `webhook:${webhookId}`;

export const courierState = (
  documents: DocumentStore,
  webhookId: string,
): Promise<CourierState | undefined> => documents.getState<CourierState>(keyOf(webhookId));

/** False where another courier has changed it. */
export const changeCourierState = (
  documents: DocumentStore,
  webhookId: string,
  before: CourierState | undefined,
  after: CourierState | undefined,
): Promise<boolean> => documents.compareAndSet(keyOf(webhookId), before, after);
