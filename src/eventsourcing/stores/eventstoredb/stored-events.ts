// Turns EventStoreDB's events and positions into Strata's, and back.
import type { AllStreamRecordedEvent, EventData, Position, RecordedEvent } from '@eventstore/db-client';
import type { Meta, NewEvent, StoredEvent } from '../../event';
import type { SerializedEvent } from '../serialized';

/** Commit and prepare are equal for all that is written through gRPC, so that one number is the position. */
export const at = (position: bigint): Position => ({ commit: position, prepare: position });

/** Begins the streams of every log that has a name; no stream of the log without a name begins so. */
const NAMED = '@';

/**
 * One log among those that a server holds: the log without a name, or a log whose streams all begin with its name.
 * Events of other logs, of the server itself and of Strata's own bookkeeping take positions but are skipped.
 */
export class OneLog {
  private readonly prefix: string;
  /** Name of the stream whose only event gives the log its id. */
  readonly identity: string;

  constructor(name = '') {
    this.prefix = name && `${NAMED}${name}:`;
    this.identity = this.streamId('strata_log');
  }

  /** Takes a URL apart: `esdb://…#name` is the log `name` on the server `esdb://…`. */
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
    const meta = event.metadata as unknown as Meta;
    return {
      id: event.id,
      type: event.type,
      data: event.data,
      meta,
      stream: event.streamId.slice(this.prefix.length),
      revision: Number(event.revision),
      position: event.position.commit,
      recordedAt: meta.origin?.recordedAt ?? event.created.getTime(),
    };
  }
}

const utf8 = new TextEncoder();

/**
 * Hands metadata over as bytes: the client would pass an object through Base64 twice, which costs more than all else
 * that an append does here. Of data the client makes JSON once more.
 */
export const toEventData = ({ id, type, data }: NewEvent, { meta }: SerializedEvent): EventData => ({
  id,
  type,
  contentType: 'application/json',
  data: data as Record<string, unknown>,
  metadata: utf8.encode(meta),
});
