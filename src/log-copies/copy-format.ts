// The files of a copy of the log: `log.json` says of which log, `index.jsonl` lists the segments, each a gzip of JSON
// Lines with an event a line, and `vault.jsonl`, where it was asked for, holds the vault as it lies in its store, sealed.
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const HEADER = 'log.json';
export const INDEX = 'index.jsonl';
export const VAULT = 'vault.jsonl';

/** To be raised when the files change their meaning. */
const VERSION = 1;

const position = z.string().regex(/^(-1|\d{1,19})$/, 'must be a position');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
const count = z.number().int().nonnegative();

export const header = z.object({
  format: z.literal('strata-log'),
  version: z.literal(VERSION),
  logId: z.uuid(),
  /** The copy begins with the first event after this position; `-1` is the beginning of the log. */
  after: position,
});
export type Header = z.infer<typeof header>;

export const headerOf = (logId: string, after: bigint): Header => ({
  format: 'strata-log',
  version: VERSION,
  logId,
  after: String(after),
});

const segment = z.object({
  file: z.string().regex(/^\d{6}\.jsonl\.gz$/, 'must be the name of a segment'),
  events: count,
  /** Positions of the first and the last event. */
  first: position,
  last: position,
  /** Of the file as it lies there. */
  bytes: count,
  sha256,
  /** Hash over the header and all segments up to this one: none can be taken out, put in or exchanged. */
  chain: sha256,
});
export type Segment = z.infer<typeof segment>;

/** Written when a run has come to the head that it met: what the index lists up to here is all there was. */
const end = z.object({ head: position });

export const indexLine = z.union([segment, end]);
export type IndexLine = z.infer<typeof indexLine>;

export const copiedEvent = z.object({
  position,
  stream: z.string().min(1),
  revision: count,
  id: z.string().min(1),
  type: z.string().min(1),
  /** Milliseconds since the epoch, of the store that recorded the event first. */
  recordedAt: z.number().int(),
  data: z.unknown(),
  meta: z.looseObject({ commandId: z.string() }),
});
export type CopiedEvent = z.infer<typeof copiedEvent>;

export const vaultLine = z.union([
  z.object({ place: z.string().min(1), sealed: z.base64() }),
  z.object({ entries: count, sha256 }),
]);

export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.jsonl.gz`;

export const chainStart = (of: Header): string => hashOf(JSON.stringify(of));

export const chainAfter = (
  chain: string,
  { file, events, first, last, sha256: own }: Omit<Segment, 'chain'>,
) => hashOf(JSON.stringify([chain, file, events, first, last, own]));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
