// How long couriers wait and try.
import { LEASE_TIMES, type LeaseTimes } from '../../read/lease';

export abstract class CourierTimes {
  /** Milliseconds until a receiver must have answered. */
  abstract answerMs: number;
  /** Milliseconds until a record that failed is tried again; twice as long each time, up to the most. */
  abstract againMs: { readonly least: number; readonly most: number };
  /** Milliseconds until a receiver that takes nothing is asked again; twice as long each time, up to the most. */
  abstract downMs: { readonly least: number; readonly most: number };
  /** Milliseconds for which a record is tried before it and what waits behind it become failures. */
  abstract giveUpMs: number;
  /** Milliseconds for which failures are kept for somebody to send them again. */
  abstract failuresKeptMs: number;
  /** Milliseconds between looks for new events. */
  abstract lookMs: number;
  /** Milliseconds between notes in the log of how far a subscription is, and looks for failures whose time is over. */
  abstract noteMs: number;
  /** Of the lease of all couriers, where several processes share a store. */
  abstract lease: LeaseTimes;
}

/** A test that cannot wait for hours changes them before it starts an application. */
export const courierTimes: CourierTimes = {
  answerMs: 10_000,
  againMs: { least: 10_000, most: 3_600_000 },
  downMs: { least: 1_000, most: 30_000 },
  giveUpMs: 24 * 3_600_000,
  failuresKeptMs: 30 * 24 * 3_600_000,
  lookMs: 200,
  noteMs: 3_600_000,
  lease: LEASE_TIMES,
};

export const doubled = ({ least, most }: CourierTimes['againMs'], times: number): number =>
  Math.min(least * 2 ** Math.min(Math.max(times - 1, 0), 30), most);
