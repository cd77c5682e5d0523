// How long couriers of any kind wait for receivers, and when they try again.
import { LEASE_TIMES, type LeaseTimes } from '../read/lease';

/** Milliseconds: the first wait, and the longest. */
export interface Doubling {
  readonly least: number;
  readonly most: number;
}

export interface DeliveryTimes {
  /** Milliseconds until a receiver must have answered. */
  answerMs: number;
  /** Milliseconds until a receiver that takes nothing is asked again; twice as long each time, up to the most. */
  downMs: Doubling;
  /** Milliseconds between looks for new events. */
  lookMs: number;
  /** Milliseconds between notes in the log of how far a receiver is. */
  noteMs: number;
  /** Of the lease of all couriers of a kind, where several processes share a store. */
  lease: LeaseTimes;
}

export const deliveryTimes: DeliveryTimes = {
  answerMs: 10_000,
  downMs: { least: 1_000, most: 30_000 },
  lookMs: 200,
  noteMs: 3_600_000,
  lease: LEASE_TIMES,
};

export const doubled = ({ least, most }: Doubling, times: number): number =>
  Math.min(least * 2 ** Math.min(Math.max(times - 1, 0), 30), most);
