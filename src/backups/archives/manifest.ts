// The manifest of a backup: its position in which log, and what its files hold. It tells nothing of the requester or
// the time of the request, so that the same backup has the same bytes.
import { z } from 'zod';

/** To be raised when columns, formats or the layout of the ZIP change their meaning. */
export const SCHEMA_VERSION = 2;
/** From this version on definitions.json is there. */
export const WITH_DEFINITIONS = 2;

const count = z.number().int().min(0);

const manifestFile = z.object({
  name: z.string().min(1),
  /** Absent for the files of associations and of definitions. */
  objectType: z.string().optional(),
  /** Rows of a CSV without the header. */
  rows: count.optional(),
  bytes: count,
  /** Hash of the file in lowercase hex, the same on any machine. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const manifestSchema = z.object({
  schemaVersion: z.number().int(),
  product: z.object({ name: z.string(), version: z.string() }),
  logId: z.string(),
  /** Decimal string: the backup holds the state after the event at this position. */
  position: z.string().regex(/^\d+$/),
  /** ISO time of the position. */
  asOf: z.iso.datetime(),
  /** The Merkle tree over the events up to the position: its leaves and its root, in hex. */
  tree: z.object({ size: count, rootHash: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  objectTypes: z.array(z.string()),
  compressionLevel: z.number(),
  /** Records that were live at the position and have been erased since, by object type: they are in no file. */
  erased: z.record(z.string(), count).optional(),
  files: z.array(manifestFile),
});

export type ManifestFile = z.output<typeof manifestFile>;
export type Manifest = Readonly<z.output<typeof manifestSchema>>;
