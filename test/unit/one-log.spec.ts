// A process serves one log: what was made from another one is refused at start, whatever the role.
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig, type Config, type Role } from '../../src/config';
import { Engine } from '../../src/engine';
import { StoreLocked } from '../../src/eventsourcing/stores/embedded/event-store';
import { bindFolder, bindReadModels, OtherLog } from '../../src/one-log';
import { openStores, temporaryFolder, type Stores } from '../support/read-side';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const configOf = (dataDir: string, ROLE?: readonly Role[]): Config => ({
  ...parseConfig({ DATA_DIR: dataDir }),
  ...(ROLE && { ROLE }),
});
const openEngine = (...how: Parameters<typeof configOf>) => Engine.open(configOf(...how), [], silent);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => void (folder = await temporaryFolder()));
afterEach(() => folder.remove());

/** Moves a log, and the marker of its folder, from one folder to another. */
const moveLog = async (from: string, to: string) => {
  // Those beside it go when it is closed, and may go a moment later.
  for (const name of await readdir(from))
    if (/^(log\.db.*|log-id)$/.test(name))
      await rename(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
};

describe('read models of another log', () => {
  const role = (...names: Role[]) => ({ name: names.join(','), names });
  test.each([role('api'), role('worker'), role('api', 'projector', 'worker')])(
    'are refused by a process whose role is $name',
    async ({ names }) => {
      const [other, aside] = [await temporaryFolder(), await temporaryFolder()];
      for (const { path } of [folder, other]) await (await openEngine(path)).close();
      await moveLog(folder.path, aside.path);
      await moveLog(other.path, folder.path);
      await expect(openEngine(folder.path, names)).rejects.toThrow(OtherLog);
      // Nothing is left open, and nothing is claimed by the wrong one.
      await moveLog(folder.path, other.path);
      await moveLog(aside.path, folder.path);
      await (await openEngine(folder.path, names)).close();
      for (const { remove } of [other, aside]) await remove();
    },
  );

  test('are those that the first of several processes did not make', async () => {
    const stores: Stores = await openStores();
    await Promise.all([
      bindReadModels(stores.documents, stores.log.logId),
      bindReadModels(stores.documents, stores.log.logId),
    ]);
    await expect(bindReadModels(stores.documents, 'another')).rejects.toThrow(OtherLog);
    await stores.close();
  });
});

describe('a data folder', () => {
  test('is shared by processes of one log, and refused to any other', async () => {
    await Promise.all(Array.from({ length: 8 }, () => bindFolder(folder.path, 'one')));
    await expect(bindFolder(folder.path, 'another')).rejects.toThrow(/^DATA_DIR: .*another log/);
    await bindFolder(folder.path, 'one');
    expect(await readdir(folder.path)).toEqual(['log-id']);
  });

  test('goes to one log where several processes of two start in it at once', async () => {
    const ids = ['one', 'another', 'one', 'another'];
    const all = await Promise.allSettled(ids.map((id) => bindFolder(folder.path, id)));
    const claimed = new Set(ids.filter((_, i) => all[i]!.status === 'fulfilled'));
    expect(claimed.size).toBe(1);
  });

  test('that holds files of a server’s log gets no embedded one', async () => {
    await bindFolder(folder.path, 'of-a-server');
    await expect(openEngine(folder.path)).rejects.toThrow(OtherLog);
    expect(await readdir(folder.path)).toEqual(['log-id']);
  });

  test('of an embedded log is one process’s, before it writes any file there', async () => {
    const first = await openEngine(folder.path);
    const files = await readdir(folder.path);
    await expect(openEngine(folder.path)).rejects.toThrow(StoreLocked);
    expect(await readdir(folder.path)).toEqual(files);
    await first.close();
    await (await openEngine(folder.path)).close();
  });
});
