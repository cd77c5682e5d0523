// What of an event goes into its leaf of the tree, and how: seven lines of text, which anybody can write and hash.
import type { RawEvent } from '../../../eventsourcing/event';
import { leafHash, sha256Hex, type Hash } from './merkle';

/** Says nothing of where the store keeps the event: the tree is the same in any. */
export interface LeafParts {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly recordedAt: string;
  /** Of the JSON as it is stored, in lowercase hex. */
  readonly metadataSha256: string;
  readonly dataSha256: string;
}

export const leafParts = ({ stream, revision, id, type, recordedAt, meta, data }: RawEvent): LeafParts => ({
  ...{ stream, revision, eventId: id, type, recordedAt: isoOf(recordedAt) },
  metadataSha256: sha256Hex(meta),
  dataSha256: sha256Hex(data),
});

/** The lines that are hashed, each with its end. */
export const leafText = (parts: LeafParts): string =>
  `${parts.stream}\n${parts.revision}\n${parts.eventId}\n${parts.type}\n${parts.recordedAt}\n` +
  `${parts.metadataSha256}\n${parts.dataSha256}\n`;

export const hashOfLeaf = (parts: LeafParts): Hash => leafHash(leafText(parts));

/** A log that was changed may hold times that no calendar has. */
function isoOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
