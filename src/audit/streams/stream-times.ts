// How long streams wait for receivers.
import { deliveryTimes, type DeliveryTimes, type Doubling } from '../../delivery/times';

export abstract class StreamTimes implements DeliveryTimes {
  abstract answerMs: number;
  abstract downMs: Doubling;
  abstract lookMs: number;
  abstract noteMs: number;
  abstract lease: DeliveryTimes['lease'];
  /** Milliseconds until it is written down how far the log was read where nothing in it was told of. */
  abstract keptMs: number;
}

/** A test that cannot wait changes them before it starts an application. */
export const streamTimes: StreamTimes = { ...deliveryTimes, keptMs: 5_000 };
