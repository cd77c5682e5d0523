// The tree as RFC 9162 defines it, written down once more from its recursive definitions, and by nothing of ours: what
// roots and proofs are compared with.
import { createHash } from 'node:crypto';

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
export const leafOf = (entry: Buffer): Buffer => sha256(Buffer.of(0), entry);

/** The largest power of two smaller than n. */
const k = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);

/** MTH(D[n]) over hashes of leaves. */
export function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  const left = k(leaves.length);
  return sha256(Buffer.of(1), mth(leaves.slice(0, left)), mth(leaves.slice(left)));
}

/** PATH(m, D[n]). */
export function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const left = k(leaves.length);
  return m < left
    ? [...path(m, leaves.slice(0, left)), mth(leaves.slice(left))]
    : [...path(m - left, leaves.slice(left)), mth(leaves.slice(0, left))];
}

/** PROOF(m, D[n]). */
export const proof = (m: number, leaves: readonly Buffer[]): Buffer[] => subproof(m, leaves, true);
function subproof(m: number, leaves: readonly Buffer[], known: boolean): Buffer[] {
  if (m === leaves.length) return known ? [] : [mth(leaves)];
  const left = k(leaves.length);
  return m <= left
    ? [...subproof(m, leaves.slice(0, left), known), mth(leaves.slice(left))]
    : [...subproof(m - left, leaves.slice(left), false), mth(leaves.slice(0, left))];
}
