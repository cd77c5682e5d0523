// The files of the built console, read once: a build beside a running server changes nothing of what that one serves.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const INDEX = 'index.html';
/** What a browser takes for one file or another; it looks into none to find out (`nosniff`). */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** In the order in which they are preferred, with how the file of each is called. */
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

export interface Variant {
  /** Undefined: as it is. */
  readonly coding: 'br' | 'gzip' | undefined;
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface ConsoleFile {
  /** Where it is served: `/assets/index-4f2a.js`. */
  readonly path: string;
  readonly type: string;
  /** Those that the build has packed first, the file as it is last. */
  readonly variants: readonly Variant[];
}

export interface ConsoleFiles {
  readonly index: string;
  readonly others: readonly ConsoleFile[];
}

/** Where `npm run build` puts the console, beside what this file is built into. */
export const consoleFolder = join(__dirname, '../../../console');

export const isBuilt = (folder: string): boolean => existsSync(join(folder, INDEX));

/** Undefined where the console has not been built. */
export async function readConsole(folder: string): Promise<ConsoleFiles | undefined> {
  if (!isBuilt(folder)) return undefined;
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((one) => one.isFile() && !one.name.startsWith('.'))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
  const known = new Set(paths);
  const isPacked = (path: string) =>
    codings.some(([, end]) => path.endsWith(end) && known.has(path.slice(0, -end.length)));
  const plain = paths.filter((path) => path !== INDEX && !isPacked(path));
  return {
    index: await readFile(join(folder, INDEX), 'utf8'),
    others: await Promise.all(plain.map((path) => read(folder, path, known))),
  };
}

async function read(folder: string, path: string, known: ReadonlySet<string>): Promise<ConsoleFile> {
  const all = [...codings.filter(([, end]) => known.has(path + end)), [undefined, ''] as const];
  const variants = await Promise.all(
    all.map(async ([coding, end]) => {
      const bytes = await readFile(join(folder, path + end));
      const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
      return { coding, bytes, etag };
    }),
  );
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { path: `/${path.split(sep).join('/')}`, type, variants };
}
