// Keeps what is known of records that were touched after a position.
import type { Before } from '../crm/records/record.events';
import { ScratchRows } from './scratch-rows';

/** How a record was before the first event that touched it. `before` null: the record was not there. */
export interface Touched {
  /** Of the record's document: byte order is the order of the records collection. */
  readonly id: string;
  readonly objectType: string;
  readonly recordId: string;
  readonly before: Before | null;
  /** By property, its value before the first change; null where it had none. */
  readonly from: Record<string, string | null>;
  /** The record ended, or came back: only its own stream tells how it was. */
  readonly folded?: true;
}

/** What is there already of a record came first, and stays. */
export class Scratch extends ScratchRows<Touched> {
  constructor(folder: string) {
    super(folder, (first, later) => ({ ...later, ...first, from: { ...later.from, ...first.from } }));
  }
}
