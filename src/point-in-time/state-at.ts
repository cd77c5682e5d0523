// The state of a stream as it was at a position of the log.
import { fold, type Decider } from '../eventsourcing/decider';
import type { EventMap, EventOf, Recorded } from '../eventsourcing/event';
import type { Streams } from '../eventsourcing/streams';

/** For streams that stay short: the whole stream is read. */
export async function stateAt<S, M extends EventMap>(
  streams: Streams,
  decider: Decider<S, M>,
  stream: string,
  position: bigint,
): Promise<S> {
  const history = await streams.history<M>(stream);
  const then = history.filter((event) => event.position <= position);
  return fold(decider, decider.initial, then as unknown as readonly Recorded<EventOf<M>>[]);
}
