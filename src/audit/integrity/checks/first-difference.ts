// Says where two lists of hashes first differ, and how: what was altered, removed, added or moved. Pure.

export interface Difference {
  /** Index in what was found. */
  readonly at: number;
  readonly how: 'altered' | 'removed' | 'added' | 'moved' | 'cut-off';
  /** How many were removed or added. */
  readonly count: number;
}

/** `expected`: what was signed; undefined where the two are the same. */
export function firstDifference(
  expected: readonly Uint8Array[],
  found: readonly Uint8Array[],
): Difference | undefined {
  const isSame = (one: Uint8Array, index: number) =>
    expected[index] && Buffer.compare(one, expected[index]) === 0;
  if (found.length === expected.length && found.every(isSame)) return undefined;
  const [was, is] = [expected, found].map((list) => list.map((one) => Buffer.from(one).toString('hex')));
  const at = is!.findIndex((one, index) => one !== was![index]);
  if (at < 0)
    return is!.length < was!.length
      ? { at: is!.length, how: 'cut-off', count: was!.length - is!.length }
      : undefined;
  const removed = was!.indexOf(is![at]!, at + 1) - at;
  const added = at < was!.length ? is!.indexOf(was![at]!, at + 1) - at : is!.length - at;
  if (removed > 0 && added > 0) return { at, how: 'moved', count: 1 };
  if (removed > 0) return { at, how: 'removed', count: removed };
  if (added > 0) return { at, how: 'added', count: added };
  return { at, how: 'altered', count: 1 };
}
