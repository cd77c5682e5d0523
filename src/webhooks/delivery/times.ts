// How long couriers wait and try, and how much they take at once.
import { Injectable } from '@nestjs/common';

@Injectable()
export class CourierTimes {
  /** Milliseconds until a receiver must have answered. */
  answerMs = 10_000;
  /** Milliseconds until a record that failed is tried again; twice as long each time, up to the most. */
  againMs = { least: 10_000, most: 3_600_000 };
  /** Milliseconds until a receiver that takes nothing is asked again; twice as long each time, up to the most. */
  downMs = { least: 1_000, most: 60_000 };
  /** Milliseconds for which a record is tried before it and what waits behind it become failures. */
  giveUpMs = 24 * 3_600_000;
  /** Milliseconds between looks for new events. */
  lookMs = 200;
  /** Milliseconds between notes in the log of how far a subscription is. */
  noteMs = 3_600_000;
}

export const doubled = ({ least, most }: { least: number; most: number }, times: number): number =>
  Math.min(least * 2 ** Math.min(Math.max(times - 1, 0), 30), most);
