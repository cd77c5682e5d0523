// The crash suite's story of rebuilding: read models are built from the log alone while the server is killed, then all
// are compared with ones that were built undisturbed.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../../../src/supervision/pause';
import type { Story } from '../crashing';
import { differencesFromRebuild } from '../rebuilt';
import type { Ledger } from '../tally';

export const rebuild: Story = {
  kind: 'projections',
  passes: ['rebuild'],
  async tell({ server, tally, pick, startMs }): Promise<Ledger> {
    await server.stop();
    for (const end of ['', '-wal', '-shm']) await rm(join(server.dataDir, `read.db${end}`), { force: true });
    while (tally.isOpen('projections')) {
      server.spawn();
      // Starting takes about half of this time.
      await pause(startMs / 2 + pick(startMs));
      tally.hit('projections', 'rebuild');
      await server.kill();
    }
    await server.run();
    await server.stop();
    const { documents, differ } = await differencesFromRebuild({ DATA_DIR: server.dataDir });
    return { asked: documents, lost: differ, doubled: [] };
  },
};
