// Events of one stream of the audit log to a receiver. Stream: `auditstream-<streamId>`. Its address, its secrets and its
// filter, which may name people and values, lie in the vault alone.
import type { LogPosition } from '../../eventsourcing/event';
import type { StreamExtra, StreamFormat, StreamKind } from './stream.vocabulary';

/** By whose rights entries are named and values shown, as these are when an entry is sent. */
export interface StreamOwner {
  readonly userId: string;
  /** The API key that made it. */
  readonly keyId: string | null;
}

/** What is told of comes after `after`, which may be `-1`. */
export type AuditStreamEvents = {
  /** `destination` is a host with its port, or the path of a file. */
  'auditstream.created.v1': {
    streamId: string;
    name: string;
    kind: StreamKind;
    format: StreamFormat;
    include: readonly StreamExtra[];
    destination: string;
    owner: StreamOwner;
    after: LogPosition;
  };
  'auditstream.paused.v1': { streamId: string };
  'auditstream.resumed.v1': { streamId: string };
  /** It goes on after another position: what comes after that is sent again, or is left out. */
  'auditstream.moved.v1': { streamId: string; after: LogPosition };
  /** All up to a position was sent: where it goes on if the store of read models is lost. */
  'auditstream.reached.v1': { streamId: string; position: LogPosition };
  'auditstream.deleted.v1': { streamId: string };
};
