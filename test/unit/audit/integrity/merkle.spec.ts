// The tree over the log: roots and proofs are those of RFC 9162, and proofs of what is not so are found.
import fc from 'fast-check';
import {
  consistencyProof,
  EMPTY_ROOT,
  Frontier,
  inclusionProof,
  isConsistent,
  leafHash,
  rootAt,
  rootOfPath,
  wholesBetween,
  type Subtrees,
} from '../../../../src/audit/integrity/tree/merkle';
import { leafOf, mth, path, proof } from './reference-tree';
import { verifyInclusion } from './sigstore';

const entries = Array.from({ length: 140 }, (_, n) => Buffer.from(`entry ${n}`));
const leaves = entries.map(leafHash);
const subtrees: Subtrees = async ({ start, height }) => mth(leaves.slice(start, start + 2 ** height));
const size = fc.integer({ min: 1, max: leaves.length });
const flipped = (hash: Buffer): Buffer => {
  const other = Buffer.from(hash);
  other[7]! ^= 4;
  return other;
};

test('leaves, and the roots of trees of every size, are those of the definition', async () => {
  expect(leaves).toEqual(entries.map(leafOf));
  const frontier = new Frontier();
  expect(frontier.root()).toEqual(EMPTY_ROOT);
  for (let n = 0; n <= leaves.length; n++) {
    expect(frontier.root()).toEqual(mth(leaves.slice(0, n)));
    expect(await rootAt(n, subtrees)).toEqual(frontier.root());
    if (n < leaves.length) frontier.add(leaves[n]!);
  }
});

test('the root of no entries, and of one, is what RFC 9162 says it is', () => {
  expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});

test('a path leads from a leaf to the root, by our check and by that of another project', async () => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), async (n, any) => {
      const index = any % n;
      const found = await inclusionProof(index, n, subtrees);
      const root = mth(leaves.slice(0, n));
      expect(found).toEqual(path(index, leaves.slice(0, n)));
      expect(rootOfPath(leaves[index]!, index, n, found)).toEqual(root);
      verifyInclusion(entries[index]!, index, found, { origin: 'o', logSize: BigInt(n), logHash: root });
    }),
  );
});

test('a path that is altered, too short, too long, or for another place leads elsewhere', async () => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), fc.nat(), async (n, any, where) => {
      const index = any % n;
      const right = path(index, leaves.slice(0, n));
      const root = mth(leaves.slice(0, n));
      const leads = (to: number, of: number, by: Buffer[], leaf = leaves[index]!) =>
        rootOfPath(leaf, to, of, by)?.equals(root) ?? false;
      expect(leads(index, n, right, flipped(leaves[index]!))).toBe(false);
      expect(leads(index, n, [...right, root])).toBe(false);
      expect(leads(n, n, right)).toBe(false);
      if (right.length === 0) return;
      const at = where % right.length;
      expect(leads(index, n, right.with(at, flipped(right[at]!)))).toBe(false);
      expect(leads(index, n, right.slice(1))).toBe(false);
      expect(leads(index ^ 1, n, right)).toBe(false);
    }),
  );
});

test('a tree is shown to begin with every earlier one', async () => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), async (n, any) => {
      const m = any % (n + 1);
      const found = await consistencyProof(m, n, subtrees);
      if (m > 0) expect(found).toEqual(proof(m, leaves.slice(0, n)));
      const [older, newer] = [m, n].map((length) => ({ size: length, root: mth(leaves.slice(0, length)) }));
      expect(isConsistent(older!, newer!, found)).toBe(true);
      // A history that was changed has another root.
      expect(isConsistent({ size: m, root: flipped(older!.root) }, newer!, found)).toBe(m === 0);
      if (m > 0) expect(isConsistent(older!, { size: n, root: flipped(newer!.root) }, found)).toBe(false);
      if (found.length > 0) expect(isConsistent(older!, newer!, found.slice(1))).toBe(false);
      expect(isConsistent(older!, newer!, [...found, newer!.root])).toBe(false);
    }),
  );
});

test('what lies between two leaves is told by as few subtrees as there can be', () => {
  fc.assert(
    fc.property(size, size, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const frontier = new Frontier();
      for (const leaf of leaves.slice(0, from)) frontier.add(leaf);
      const wholes = wholesBetween(from, to);
      for (const { start, height } of wholes)
        frontier.add(mth(leaves.slice(start, start + 2 ** height)), height);
      expect(frontier.root()).toEqual(mth(leaves.slice(0, to)));
      expect(wholes.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(leaves.length)));
    }),
  );
});
