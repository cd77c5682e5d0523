// The tree over a log: made page by page it is the tree of all leaves, whoever makes it, and however often it is begun
// anew; checkpoints are signed when they are due, once, and by the key that may.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Signing, TreeDiffers } from '../../../../src/audit/integrity/checkpoints/signing';
import { SigningKeyMissing } from '../../../../src/audit/integrity/checkpoints/signing-keys';
import { KeyFileWrong, makeKeyFile } from '../../../../src/audit/integrity/checkpoints/key-file';
import { hashOfLeaf, leafParts, leafText } from '../../../../src/audit/integrity/tree/leaf';
import { LogTree } from '../../../../src/audit/integrity/tree/log-tree';
import { isCheckpointOf, TreeBuilding } from '../../../../src/audit/integrity/tree/tree-building';
import { BLOCK, TILE, treeCollection } from '../../../../src/audit/integrity/tree/tree-documents';
import { checkpointStream } from '../../../../src/audit/integrity/checkpoints/checkpoint.decider';
import type { Doc, Stamped } from '../../../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../../../src/read/stores/embedded/document-store';
import { FaultsSeen } from '../../../support/faults-seen';
import { temporaryFolder } from '../../../support/read-side';
import { leafOf, mth, path, proof } from './reference-tree';
import { SignedLog } from './signed-log';

let log: SignedLog;
beforeEach(async () => {
  log = await SignedLog.open();
});
afterEach(() => log.close());

const leavesOf = async () =>
  (await log.events())
    .filter((event) => !isCheckpointOf(log.store.logId, event))
    .map((e) => hashOfLeaf(leafParts(e)));
async function documentsIn(documents: EmbeddedDocumentStore): Promise<Stamped<Doc>[]> {
  const all: Stamped<Doc>[] = [];
  for await (const page of documents.scan<Doc>(treeCollection.name)) all.push(...page);
  return all;
}

test('a leaf is the hash of seven lines that anybody can write', async () => {
  await log.write(1);
  const [event] = await log.events();
  const parts = leafParts(event!);
  expect(leafText(parts).split('\n')).toHaveLength(8);
  expect(parts).toMatchObject({ stream: 'contact-0', revision: 0, type: 'record.fenced.v1' });
  expect(hashOfLeaf(parts)).toEqual(leafOf(Buffer.from(leafText(parts))));
});

test('roots, paths and consistency over several tiles are those of all leaves', async () => {
  await log.write(3 * TILE + 5);
  await log.sign();
  await log.write(30);
  await log.build();
  const leaves = await leavesOf();
  for (const size of [1, TILE - 1, TILE, TILE + 1, 2 * TILE, leaves.length]) {
    expect(await log.tree.rootAt(size)).toEqual(mth(leaves.slice(0, size)));
    for (const index of [0, size >> 1, size - 1])
      expect(await log.tree.inclusion(index, size)).toEqual(path(index, leaves.slice(0, size)));
    for (const older of [1, size >> 1, size - 1])
      if (older > 0)
        expect(await log.tree.consistency(older, size)).toEqual(proof(older, leaves.slice(0, size)));
  }
});

test('each event has its leaf by its position, and a checkpoint has none', async () => {
  await log.write(BLOCK + 3);
  await log.sign();
  await log.write(5);
  await log.sign();
  const events = await log.events();
  let index = 0;
  for (const event of events) {
    const isLeaf = !isCheckpointOf(log.store.logId, event);
    expect(await new LogTree(log.documents).indexOf(event.position)).toBe(isLeaf ? index++ : undefined);
  }
  expect(await log.tree.indexOf(BigInt(events.length))).toBeUndefined();
  expect(index).toBe((await log.build()).counts.leaves);
});

test('the log is counted up to any position', async () => {
  await log.write(BLOCK + 50);
  await log.sign();
  const events = await log.events();
  const rows = (upTo: number) =>
    events
      .slice(0, upTo)
      .filter(({ type }) => type === 'record.archived.v1' || type === 'checkpointkey.added.v1');
  for (const upTo of [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, events.length]) {
    const counts = await log.tree.countsAt(BigInt(upTo) - 1n);
    expect(counts).toMatchObject({
      events: upTo,
      rows: rows(upTo).length,
      internal: upTo - rows(upTo).length,
    });
  }
});

test('made again from zero, or in pieces by runs that were broken off, it lies there byte for byte', async () => {
  await log.write(2 * TILE + 100);
  await log.sign();
  await log.write(300);
  await log.build();
  const whole = (await documentsIn(log.documents)).map(({ id, doc }) => ({ id, doc }));
  const other = await temporaryFolder();
  const documents = await EmbeddedDocumentStore.open(other.path, new FaultsSeen());
  try {
    for (let end = false; !end;) {
      const building = await TreeBuilding.open(log.store, documents, log.codec);
      ({ end } = await building.step());
    }
    expect((await documentsIn(documents)).map(({ id, doc }) => ({ id, doc }))).toEqual(whole);
  } finally {
    await documents.close();
    await other.remove();
  }
});

test('what a run wrote before its checkpoint is written again as it was', async () => {
  await log.write(TILE + 20);
  await log.build();
  const before = await documentsIn(log.documents);
  // A store without transactions keeps documents of which its checkpoint does not know.
  const { name } = treeCollection;
  await log.documents.dropCheckpoint(name);
  await log.build(await TreeBuilding.open(log.store, log.documents, log.codec));
  expect(await documentsIn(log.documents)).toEqual(before);
  await log.write(40);
  await log.build(await TreeBuilding.open(log.store, log.documents, log.codec));
  expect(await log.tree.rootAt(TILE + 60)).toEqual(mth(await leavesOf()));
});

describe('checkpoints', () => {
  test('are signed once, follow each other, and lie outside the tree', async () => {
    expect(await log.sign()).toBe(false);
    await log.write(10);
    expect(await log.sign()).toBe(true);
    // The key was named in the log: that is one more leaf.
    expect(await log.sign()).toBe(true);
    expect(await log.sign()).toBe(false);
    const stream = (await log.store.read(checkpointStream(log.store.logId))).events;
    expect(stream.map(({ data }) => (data as { size: number }).size)).toEqual([10, 11]);
    expect((await log.build()).counts).toMatchObject({ events: 13, leaves: 11 });
  });

  test('are due after so many leaves, or so long after the first that is not covered', async () => {
    await log.write(9);
    const { leaves } = (await log.build()).counts;
    const times = { most: 10, mostBehind: 20, afterMs: 60_000 };
    const signing = new Signing(log.store, log.keys, times);
    expect(await signing.consider(log.tree, { leaves, since: Date.now(), end: true })).toBe(false);
    const late = new Signing(log.store, log.keys, times);
    expect(await late.consider(log.tree, { leaves, since: Date.now() - 60_001, end: true })).toBe(true);
    await log.write(9);
    const more = (await log.build()).counts.leaves;
    signing.forget();
    expect(more - leaves).toBe(10);
    expect(await signing.consider(log.tree, { leaves: more, since: Date.now(), end: false })).toBe(false);
    expect(await signing.consider(log.tree, { leaves: more, since: Date.now(), end: true })).toBe(true);
  });

  test('of two who sign at once one is appended', async () => {
    await log.write(5);
    await log.sign();
    await log.write(5);
    const { leaves } = (await log.build()).counts;
    const two = [log.signing, new Signing(log.store, log.keys, { most: 1, mostBehind: 1, afterMs: 0 })];
    const signed = await Promise.all(
      two.map((one) => one.consider(log.tree, { leaves, since: 0, end: true })),
    );
    expect(signed.filter(Boolean)).toHaveLength(1);
  });

  test('are signed no more over a log that is not the one that was signed', async () => {
    await log.write(5);
    await log.sign();
    const { counts, checkpoints } = await log.build(
      await TreeBuilding.open(log.store, log.documents, log.codec),
    );
    const wrong = { size: 3, rootHash: '00'.repeat(32), note: '', leaves: { hashes: '', note: '' } };
    await log.signing.check(log.tree, counts.leaves, checkpoints);
    await expect(log.signing.check(log.tree, counts.leaves, [wrong])).rejects.toThrow(TreeDiffers);
    const asked = { leaves: counts.leaves, since: 0, end: true };
    await expect(log.signing.consider(log.tree, asked)).rejects.toThrow(TreeDiffers);
  });
});

describe('the file of the keys', () => {
  test('is made where it is missing, for its owner alone', async () => {
    await log.write(1);
    await log.sign();
    expect((await stat(log.keyFile)).mode & 0o777).toBe(0o600);
    expect(await log.verifiers()).toHaveLength(1);
  });

  test('has one more key follow, which both say', async () => {
    await log.write(1);
    await log.sign();
    await log.rotate();
    expect((await stat(log.keyFile)).mode & 0o777).toBe(0o600);
    await log.write(1);
    await log.sign();
    const [first, second] = await log.keys.known();
    expect(second).toMatchObject({ endorsement: expect.stringContaining(first!.verifier) as string });
    expect(first!.until).toBe(second!.from);
    expect((await log.keys.current()).verifier.text).toBe(second!.verifier);
  });

  test('of another key signs nothing, unless whoever keeps the log says that the one before is lost', async () => {
    await log.write(1);
    await log.sign();
    await rm(log.keyFile);
    await expect(log.keys.current()).rejects.toThrow(SigningKeyMissing);
    await makeKeyFile(log.keyFile);
    await expect(log.keys.current()).rejects.toThrow(SigningKeyMissing);
    await log.rotate(true);
    await log.write(1);
    await log.sign();
    const known = await log.keys.known();
    expect(known).toHaveLength(2);
    expect(known[1]!.endorsement).toBeNull();
  });

  test('that holds something else is told of, without what it holds', async () => {
    await makeKeyFile(log.keyFile);
    const pem = await readFile(log.keyFile, 'utf8');
    for (const text of ['', 'secret', pem.replace(/[A-Za-z0-9+/]{20}/, 'x'.repeat(20))]) {
      await writeFile(log.keyFile, text);
      await expect(log.keys.current()).rejects.toThrow(KeyFileWrong);
    }
  });
});
