// Between EventStoreDB's events and positions and ours.
import type { AllStreamRecordedEvent, EventData, Position, RecordedEvent } from '@eventstore/db-client';
import type { Meta, NewEvent, StoredEvent } from '../../event';
import type { SerializedEvent } from '../serialized';

/** Commit and prepare are equal for all that is written through gRPC, so that one number is the position. */
export const at = (position: bigint): Position => ({ commit: position, prepare: position });

/** No stream of a log without a name begins so. */
const NAMED = '@';

/**
 * One log among those that a server holds: the one without a name, or one whose streams all begin with its name. Events
 * of the others, of the system and our own bookkeeping take positions but are skipped.
 */
export class OneLog {
  private readonly prefix: string;
  /** Holds the identity of the log. */
  readonly identity: string;

  constructor(name = '') {
    this.prefix = name && `${NAMED}${name}:`;
    this.identity = this.streamId('strata_log');
  }

  /** `esdb://…#name` is the log of that name on the server. */
  static at(url: string): { readonly server: string; readonly log: OneLog } {
    const [server, name] = url.split('#');
    return { server: server!, log: new OneLog(name) };
  }

  streamId(stream: string): string {
    return this.prefix + stream;
  }

  isVisible({ streamId, type }: AllStreamRecordedEvent): boolean {
    if (streamId.startsWith('$') || type.startsWith('$') || streamId === this.identity) return false;
    return this.prefix ? streamId.startsWith(this.prefix) : !streamId.startsWith(NAMED);
  }

  toStored(event: RecordedEvent): StoredEvent {
    if (!event.position) throw new Error('EventStoreDB before 22.6 does not tell the position of an event');
    return {
      id: event.id,
      type: event.type,
      data: event.data,
      meta: event.metadata as unknown as Meta,
      stream: event.streamId.slice(this.prefix.length),
      revision: Number(event.revision),
      position: event.position.commit,
      recordedAt: event.created.getTime(),
    };
  }
}

const utf8 = new TextEncoder();

/**
 * The client makes JSON of data once more, and takes metadata as bytes: as an object it would pass it through Base64,
 * twice, which costs more than all else that an append does here.
 */
export const toEventData = ({ id, type, data }: NewEvent, { meta }: SerializedEvent): EventData => ({
  id,
  type,
  contentType: 'application/json',
  data: data as Record<string, unknown>,
  metadata: utf8.encode(meta),
});
