// What whoever trusts nobody asks the server for: checkpoints, keys, proofs and completeness; and what is shown of records
// that are erased, or hold what somebody may not see.
import { existsSync, readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type {
  ConsistencyProof,
  InclusionProof,
  PublishedCheckpoint,
  PublishedKey,
} from '../../../src/audit/integrity/integrity.queries';
import { originOf, verifierOf } from '../../../src/audit/integrity/checkpoints/notes';
import { checkLog } from '../../../src/audit/integrity/checks/log-check';
import { storeSource } from '../../../src/audit/integrity/checks/log-sources';
import { treesOutside } from '../../../src/audit/integrity/checks/outside';
import { leafText } from '../../../src/audit/integrity/tree/leaf';
import { isConsistent } from '../../../src/audit/integrity/tree/merkle';
import { treeTimes } from '../../../src/audit/integrity/tree-keeper';
import type { Completeness } from '../../../src/audit/integrity/completeness';
import { pause } from '../../../src/supervision/pause';
import { checkpointIn, verifyInclusion } from '../../unit/audit/integrity/sigstore';
import { ownLog, startApp, type App } from '../../support/servers/app';

const AUDIT = '/audit/v1';
let app: App;
let folder: string;
const received: { note: string; size: number }[] = [];
const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    received.push(JSON.parse(body) as { note: string; size: number });
    response.end();
  });
});

beforeAll(async () => {
  Object.assign(treeTimes, {
    signing: { most: 20, mostBehind: 40, afterMs: 50 },
    lookMs: { shared: 20, own: 20 },
  });
  folder = mkdtempSync(join(tmpdir(), 'strata-checkpoints-'));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const to = `file://${folder}/notes,http://127.0.0.1:${port}/token,mailto:auditor@example.com`;
  app = await startApp({ ...ownLog, CHECKPOINTS_TO: to });
});
afterAll(async () => {
  await app.close();
  receiver.close();
  rmSync(folder, { recursive: true });
});

const contact = (properties: object = {}) =>
  app.ok<{ id: string }>('POST', '/crm/v3/objects/contacts', { properties });
const checkpoints = async (query = '') =>
  (await app.ok<{ results: PublishedCheckpoint[] }>('GET', `${AUDIT}/checkpoints?limit=200${query}`)).results;
const keys = async () => (await app.ok<{ results: PublishedKey[] }>('GET', `${AUDIT}/keys`)).results;
const entryOf = async (id: string): Promise<string> =>
  (await app.ok('GET', `${AUDIT}/entries?targetId=${id}&sort=position`)).results[0]!.id;
async function proofOf(entry: string, headers?: Record<string, string>): Promise<InclusionProof> {
  for (;;) {
    const { status, body } = await app.api<InclusionProof>(
      'GET',
      `${AUDIT}/entries/${entry}/proof`,
      undefined,
      headers,
    );
    if (status === 200) return body;
    expect([status, (body as unknown as { subCategory: string }).subCategory]).toEqual([
      409,
      'PROOF_PENDING',
    ]);
    await pause(20);
  }
}

test('an entry is proved to stand in the log that the checkpoint signs, as another project checks it', async () => {
  const { id } = await contact({ city: 'Oslo' });
  const { index, leaf, auditPath, checkpoint } = await proofOf(await entryOf(id));
  const key = verifierOf((await keys()).at(-1)!.verifier);
  const path = auditPath.map((hash) => Buffer.from(hash, 'hex'));
  verifyInclusion(Buffer.from(leafText(leaf!)), index, path, checkpointIn(checkpoint.note, key));
  expect(leaf).toMatchObject({ stream: `contact-${id}`, revision: 0, type: 'record.created.v1' });
  const moved = { ...leaf!, recordedAt: '2020-01-01T00:00:00.000Z' };
  const signed = checkpointIn(checkpoint.note, key);
  expect(() => verifyInclusion(Buffer.from(leafText(moved)), index, path, signed)).toThrow();
});

test('an entry that is not there has no proof', async () => {
  expect((await app.api('GET', `${AUDIT}/entries/${'9'.repeat(20)}/proof`)).status).toBe(404);
});

test('checkpoints are listed page by page, newest first, and each begins with those before', async () => {
  for (let n = 0; n < 3; n++) await proofOf(await entryOf((await contact()).id));
  const all = await checkpoints();
  expect(all.length).toBeGreaterThan(2);
  expect(all.map(({ size }) => size)).toEqual(all.map(({ size }) => size).toSorted((a, b) => b - a));
  const paged: PublishedCheckpoint[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const query: string = after === '' ? '' : `&after=${after}`;
    const page = await app.ok<{ results: PublishedCheckpoint[]; paging?: { next: { after: string } } }>(
      'GET',
      `${AUDIT}/checkpoints?limit=2${query}`,
    );
    paged.push(...page.results);
    after = page.paging?.next.after;
  }
  expect(paged.slice(-all.length)).toEqual(all);
  const [newer, older] = [all[0]!, all.at(-1)!];
  const { proof, from, to } = await app.ok<ConsistencyProof>(
    'GET',
    `${AUDIT}/proofs/consistency?from=${older.size}&to=${newer.size}`,
  );
  expect([from.rootHash, to.rootHash]).toEqual([older.rootHash, newer.rootHash]);
  const head = ({ size, rootHash }: typeof from) => ({ size, root: Buffer.from(rootHash, 'hex') });
  expect(
    isConsistent(
      head(from),
      head(to),
      proof.map((hash) => Buffer.from(hash, 'hex')),
    ),
  ).toBe(true);
});

test.each([
  'from=2&to=1',
  'from=-1&to=1',
  'from=0.5&to=1',
  'from=0&to=999999999',
  'from=0',
  'from=0&to=1&x=1',
])('consistency of %s is refused', async (query) =>
  expect((await app.api('GET', `${AUDIT}/proofs/consistency?${query}`)).status).toBe(400),
);

test('of an erased record the hash of the leaf alone is told, which still leads to the root', async () => {
  const { id } = await contact({ email: 'to-be-erased@example.com' });
  const entry = await entryOf(id);
  const before = await proofOf(entry);
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: id });
  const { leaf, leafHash, index } = await proofOf(entry);
  expect([leaf, leafHash, index]).toEqual([undefined, before.leafHash, before.index]);
});

test('whoever may not see a value is told no hash of it', async () => {
  const group = { groupName: 'contactinformation', type: 'string', fieldType: 'text' };
  const sensitive = { name: 'health', label: 'Health', dataSensitivity: 'highly_sensitive', ...group };
  await app.ok('POST', '/crm/v3/properties/contacts', sensitive);
  const { id } = await contact({ health: 'well' });
  const entry = await entryOf(id);
  expect((await proofOf(entry)).leaf).toBeDefined();
  const scopes = ['audit.read', 'crm.objects.contacts.read'];
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'Auditor', scopes });
  expect((await proofOf(entry, { authorization: `Bearer ${token}` })).leaf).toBeUndefined();
});

test('every event is a row or internal, of the whole log and of any part', async () => {
  const { id } = await contact();
  const whole = await app.ok<Completeness>('GET', `${AUDIT}/completeness`);
  expect(whole).toMatchObject({ complete: true, purged: 0, differences: [] });
  expect(whole.events).toBe(whole.rows + whole.internal);
  const at = (await entryOf(id)).replace(/^0+/, '');
  expect(await app.ok<Completeness>('GET', `${AUDIT}/completeness?from=${at}&to=${at}`)).toMatchObject({
    ...{ events: 1, rows: 1, internal: 0, complete: true },
  });
  const parts = await Promise.all(
    [`to=${at}`, `from=${BigInt(at) + 1n}&to=${whole.upTo}`].map((query) =>
      app.ok<Completeness>('GET', `${AUDIT}/completeness?${query}`),
    ),
  );
  expect(parts[0]!.events + parts[1]!.events).toBe(whole.events);
  const today = new Date(Date.now() - 3_600_000).toISOString();
  expect(await app.ok<Completeness>('GET', `${AUDIT}/completeness?from=${today}`)).toMatchObject({
    complete: true,
  });
  expect((await app.api('GET', `${AUDIT}/completeness?from=yesterday`)).status).toBe(400);
});

test('a row that is missing is found, and told where', async () => {
  const { id } = await contact();
  const entry = await entryOf(id);
  await app.ok<Completeness>('GET', `${AUDIT}/completeness`);
  const { documents } = app.engine;
  const collection = (await documents.collections()).find((name) => name.startsWith('audit_v'))!;
  const found = (await documents.getMany(collection, [entry])).get(entry)!;
  const checkpoint = (await documents.checkpoint(collection))!;
  // As if it had never been written: a tombstone is no row.
  await documents.write(collection, [{ id: entry, stamp: checkpoint, loaded: found.stamp }], {
    ...{ name: collection, from: checkpoint, to: checkpoint },
  });
  const { complete, differences } = await app.ok<Completeness>('GET', `${AUDIT}/completeness`);
  expect(complete).toBe(false);
  expect(differences).toEqual([expect.objectContaining({ events: 1, rows: 0 })]);
  const [{ after, upTo }] = differences as [Completeness['differences'][number]];
  const position = BigInt(entry);
  expect([BigInt(after) < position, position <= BigInt(upTo)]).toEqual([true, true]);
});

test('the log is true by the public key, and by the checkpoints that were sent outside', async () => {
  const { id } = await contact();
  const { checkpoint } = await proofOf(await entryOf(id));
  const given = (await keys()).map(({ verifier }) => verifierOf(verifier));
  const file = join(folder, 'notes');
  const isThere = () =>
    existsSync(file) &&
    readFileSync(file, 'utf8').includes(checkpoint.note) &&
    received.some(({ note }) => note === checkpoint.note);
  while (!isThere()) await pause(20);
  const { eventStore } = app.engine;
  const outside = treesOutside(readFileSync(file, 'utf8'), originOf(eventStore.logId), given);
  expect(outside.length).toBeGreaterThan(1);
  const posted = treesOutside(
    received.map((one) => JSON.stringify(one)).join('\n'),
    originOf(eventStore.logId),
    given,
  );
  expect(posted.map(({ size }) => size)).toEqual(outside.map(({ size }) => size));
  expect(await checkLog(await storeSource(eventStore), given, () => outside)).toMatchObject({ keys: 1 });
  const outbox = join(app.dataDir, 'outbox');
  const mails = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'));
  expect(mails.filter((mail) => mail.includes('To: auditor@example.com'))).toHaveLength(1);
});

test('a backup names the tree that it rests on, which leads to the checkpoints', async () => {
  const { id } = await app.ok<{ id: string }>('POST', '/backups/v1/backups');
  let manifest: { tree: { size: number; rootHash: string } } | undefined;
  while (!manifest) {
    const { status, body } = await app.api<NonNullable<typeof manifest>>(
      'GET',
      `/backups/v1/backups/${id}/manifest`,
    );
    if (status === 200) manifest = body;
    else await pause(20);
  }
  const { size, rootHash } = manifest.tree;
  const { checkpoint } = await proofOf(await entryOf((await contact()).id));
  const { from, proof } = await app.ok<ConsistencyProof>(
    'GET',
    `${AUDIT}/proofs/consistency?from=${size}&to=${checkpoint.size}`,
  );
  expect(from.rootHash).toBe(rootHash);
  const head = (one: { size: number; rootHash: string }) => ({
    size: one.size,
    root: Buffer.from(one.rootHash, 'hex'),
  });
  expect(
    isConsistent(
      head(from),
      head(checkpoint),
      proof.map((hash) => Buffer.from(hash, 'hex')),
    ),
  ).toBe(true);
});
