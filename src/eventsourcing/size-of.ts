// How much a JSON value takes in memory, roughly: caches are bounded by it, since values may be long.

/** Characters of its texts, and a little for all else. A microsecond for a record: fit for the path of every write. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 16;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
  else for (const key in value) size += 8 + sizeOf((value as Readonly<Record<string, unknown>>)[key]);
  return size;
}
