// What a backup says of itself: where in which log it stands and what its files hold. Nothing of who asked, or when.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Raised when columns, formats or the layout of the ZIP change their meaning. */
export const SCHEMA_VERSION = 1;

export interface ManifestFile {
  readonly name: string;
  readonly objectType: string;
  /** Without the header. */
  readonly rows: number;
  readonly bytes: number;
  /** Of the CSV, lowercase hex: the same on any machine. */
  readonly sha256: string;
}

export interface Manifest {
  readonly schemaVersion: number;
  readonly product: { readonly name: string; readonly version: string };
  readonly logId: string;
  /** Decimal string: the state after the event at this position. */
  readonly position: string;
  /** ISO time of that position. */
  readonly asOf: string;
  readonly objectTypes: readonly string[];
  readonly compressionLevel: number;
  readonly files: readonly ManifestFile[];
}

/** Name and version of this build, from the nearest package.json above. */
export function productBuild(folder = __dirname): Manifest['product'] {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { name, version } = JSON.parse(
        readFileSync(join(at, 'package.json'), 'utf8'),
      ) as Manifest['product'];
      return { name, version };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}
