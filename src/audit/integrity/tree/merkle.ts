// The Merkle tree of RFC 9162 (Certificate Transparency): hashes of leaves and nodes, a tree that grows leaf by leaf, and
// proofs, made of whole subtrees that somebody keeps, and checked. Pure.
import { hash } from 'node:crypto';

export type Hash = Buffer;
export const HASH_BYTES = 32;

/** Leaves and nodes are hashed apart, so that no node passes for a leaf. */
const LEAF = '\0';
const node = Buffer.alloc(1 + 2 * HASH_BYTES);
node[0] = 1;

export const sha256 = (bytes: Uint8Array | string): Hash => hash('sha256', bytes, 'buffer');
/** In lowercase hex. */
export const sha256Hex = (bytes: Uint8Array | string): string => hash('sha256', bytes, 'hex');
/** A text is hashed in UTF-8: as such it is not copied first. */
export const leafHash = (entry: Uint8Array | string): Hash =>
  sha256(typeof entry === 'string' ? LEAF + entry : Buffer.concat([Buffer.from(LEAF), entry]));
export function nodeHash(left: Hash, right: Hash): Hash {
  left.copy(node, 1);
  right.copy(node, 1 + HASH_BYTES);
  return sha256(node);
}
export const EMPTY_ROOT = sha256('');

/** A whole subtree: `2 ** height` leaves from `start` on, which is a multiple of that number. */
export interface Whole {
  readonly start: number;
  readonly height: number;
}

/** Hashes of whole subtrees that were kept. */
export type Subtrees = (whole: Whole) => Promise<Hash>;

/** The root over whole subtrees that follow each other, each smaller than the one before; at least one. */
export const rootOver = (parts: readonly Hash[]): Hash =>
  parts.reduceRight((right, left) => nodeHash(left, right));

/** Of a tree that only grows, no more than its root takes: the hashes of its whole subtrees, the largest first. */
export class Frontier {
  private readonly parts: Hash[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Adds a leaf, or a whole subtree that begins where the tree ends. */
  add(added: Hash, height = 0): void {
    let whole = added;
    for (let at = height; Math.floor(this.count / 2 ** at) % 2 === 1; at++)
      whole = nodeHash(this.parts.pop()!, whole);
    this.parts.push(whole);
    this.count += 2 ** height;
  }

  root(): Hash {
    return this.count === 0 ? EMPTY_ROOT : rootOver(this.parts);
  }
}

/** The leaves from one up to another (exclusive), as whole subtrees in their order, as few as there can be. */
export function wholesBetween(from: number, to: number): Whole[] {
  const wholes: Whole[] = [];
  for (let start = from; start < to;) {
    let height = 0;
    while (start % 2 ** (height + 1) === 0 && start + 2 ** (height + 1) <= to) height++;
    wholes.push({ start, height });
    start += 2 ** height;
  }
  return wholes;
}

/** The root of the leaves from one up to another, where a subtree of the tree begins with the first. */
async function rootBetween(from: number, to: number, subtrees: Subtrees): Promise<Hash> {
  const parts: Hash[] = [];
  for (const whole of wholesBetween(from, to)) parts.push(await subtrees(whole));
  return rootOver(parts);
}

export const rootAt = async (size: number, subtrees: Subtrees): Promise<Hash> =>
  size === 0 ? EMPTY_ROOT : rootBetween(0, size, subtrees);

/** The greatest power of two below a number of leaves, which is at least two. */
function split(leaves: number): number {
  let left = 1;
  while (2 * left < leaves) left *= 2;
  return left;
}

/** The audit path of a leaf in the tree of a size, from the leaf up. */
export async function inclusionProof(index: number, size: number, subtrees: Subtrees): Promise<Hash[]> {
  const path: Hash[] = [];
  for (let [from, to] = [0, size]; to - from > 1;) {
    const middle: number = from + split(to - from);
    const isLeft = index < middle;
    path.push(await (isLeft ? rootBetween(middle, to, subtrees) : rootBetween(from, middle, subtrees)));
    if (isLeft) to = middle;
    else from = middle;
  }
  return path.reverse();
}

/** That the tree of a size begins with the tree of a smaller one; empty for the empty tree, and for the same one. */
export async function consistencyProof(older: number, newer: number, subtrees: Subtrees): Promise<Hash[]> {
  const path: Hash[] = [];
  if (older === 0) return path;
  let [from, to] = [0, newer];
  let known = true;
  while (to !== older) {
    const middle: number = from + split(to - from);
    if (older <= middle) {
      path.push(await rootBetween(middle, to, subtrees));
      to = middle;
    } else {
      path.push(await rootBetween(from, middle, subtrees));
      from = middle;
      known = false;
    }
  }
  if (!known) path.push(await rootBetween(from, to, subtrees));
  return path.reverse();
}

/** The root that a leaf and its audit path lead to; undefined where the path has another length (RFC 9162, 2.1.3.2). */
export function rootOfPath(leaf: Hash, index: number, size: number, path: readonly Hash[]): Hash | undefined {
  if (index >= size) return undefined;
  let [at, last] = [index, size - 1];
  let root = leaf;
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = nodeHash(sibling, root);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else root = nodeHash(root, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : undefined;
}

/** Whether the tree of a root begins with that of an older one, by a proof (RFC 9162, 2.1.4.2). */
export function isConsistent(
  older: { readonly size: number; readonly root: Hash },
  newer: { readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0;
  // An older tree that is a whole subtree of the newer one is not told once more.
  const isWhole = 2 ** Math.round(Math.log2(older.size)) === older.size;
  const [first, ...rest] = isWhole ? [older.root, ...proof] : proof;
  if (!first) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [old, whole] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old);
      whole = nodeHash(sibling, whole);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else whole = nodeHash(whole, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && old.equals(older.root) && whole.equals(newer.root);
}

const half = (n: number): number => Math.floor(n / 2);
