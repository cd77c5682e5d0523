// How long couriers of webhooks wait and try.
import { deliveryTimes, type DeliveryTimes, type Doubling } from '../../delivery/times';

export abstract class CourierTimes implements DeliveryTimes {
  abstract answerMs: number;
  abstract downMs: Doubling;
  abstract lookMs: number;
  /** Beside notes of how far a subscription is, so often is looked for failures whose time is over. */
  abstract noteMs: number;
  abstract lease: DeliveryTimes['lease'];
  /** Milliseconds until a record that failed is tried again; twice as long each time, up to the most. */
  abstract againMs: Doubling;
  /** Milliseconds for which a record is tried before it and what waits behind it become failures. */
  abstract giveUpMs: number;
  /** Milliseconds for which failures are kept for somebody to send them again. */
  abstract failuresKeptMs: number;
}

/** A test that cannot wait for hours changes them before it starts an application. */
export const courierTimes: CourierTimes = {
  ...deliveryTimes,
  againMs: { least: 10_000, most: 3_600_000 },
  giveUpMs: 24 * 3_600_000,
  failuresKeptMs: 30 * 24 * 3_600_000,
};
