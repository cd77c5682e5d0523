// A query that would take for ever is cut, and neither other requests nor the event loop wait for it.
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded.document-store';
import type { SqliteReader } from '../../src/read/stores/sqlite-reader';
import { SqliteThread } from '../../src/read/stores/sqlite-thread';
import { temporaryFolder } from '../support/read-side';

test('a runaway query is refused, and the next one is answered', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path);
  const name = 'texts_v1';
  await store.ensure({ name });
  const doc = { id: 'x', text: `${'a'.repeat(40)}b` };
  await store.write(name, [{ id: 'x', stamp: 1n, loaded: undefined, doc }], {
    name,
    from: undefined,
    to: 1n,
  });

  const reader = new SqliteThread<SqliteReader>(`${folder.path}/read.db`, 'reader', 1_000);
  const runaway = reader.call('find', name, { filter: { text: { $regex: '^(a+)+$' } }, limit: 1 });
  const refused = expect(runaway).rejects.toMatchObject({ code: 'query-too-slow' });
  // Meanwhile, by the writing thread and in place.
  await store.write(name, [], { name, from: 1n, to: 2n });
  expect((await store.getMany(name, ['x'])).size).toBe(1);
  await refused;
  expect((await reader.call('find', name, { limit: 1 })).docs).toEqual([JSON.stringify(doc)]);
  await reader.close();
  await store.close();
  await folder.remove();
});
