// `strata import-log DIR`: brings a copy of a log into an empty one.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, ConfigError } from '../config';
import { openStores } from '../engine';
import { makeFolder, StoreLocked } from '../eventsourcing/stores/embedded/event-store';
import { importLog, ImportRefused } from '../log-copies/import-log';
import { CopyBroken, LogCopy } from '../log-copies/log-copy';
import { hasVault, importVault, OtherVault, verifyVault } from '../log-copies/vault-copy';
import { beginImport, endImport, OtherLog } from '../one-log';
import { NotTrue, UsedWrongly, type Command } from './command';
import { progressOf } from './progress';
import { noFaults, settings } from './settings';

export const command: Command = {
  operands: ['DIR'],
  help: [
    'Checks the copy of a log in DIR and brings it into the log that the settings name, which must be empty. Stopped, it',
    'goes on when it is called again; no server starts on the log before it has come to its end. The read models are',
    'made by the first server that starts.',
    '',
    'A vault that was copied along is brought in, too: MASTER_KEY, or MASTER_KEY_FILE, must be that of the log copied.',
    'Files (uploads, ZIPs of backups, exports) do not go along: backups can be built again.',
  ],
  async run([dir], _, say) {
    const copy = await opened(dir!);
    const progress = progressOf(say);
    try {
      await copy.verify((events) => progress(`${events} of ${copy.events} events checked`));
      const config = settings();
      if (await hasVault(copy.folder)) {
        await verifyVault(copy.folder);
        refuseMissingKey(config);
      }
      makeFolder(config.DATA_DIR);
      const log = { warn: (_: object, line: string) => say.error(line), error: nothing, info: nothing };
      const stores = await openStores(config, log, noFaults);
      const { eventStore, documents, vault } = stores;
      try {
        await beginImport(documents, copy.header.logId);
        if (await hasVault(copy.folder))
          say.out(`${await importVault(vault, copy.folder)} entries of the vault`);
        else
          say.out('No vault was copied along: passwords and keys count only where the vault is still there');
        await importLog(eventStore, copy, {
          scratchDir: join(config.DATA_DIR, 'scratch'),
          signal: new AbortController().signal,
          report: (events, step) => progress(`${events} of ${copy.events} events ${step}`),
        });
        await endImport(documents);
        say.out(`${copy.events} events, from log ${copy.header.logId} into log ${eventStore.logId}`);
      } finally {
        for (const store of [vault, documents, eventStore]) await store.close();
      }
    } catch (error) {
      if ([CopyBroken, ImportRefused, OtherVault].some((kind) => error instanceof kind))
        throw new NotTrue(`${dir}: ${(error as Error).message}`);
      if ([ConfigError, StoreLocked, OtherLog].some((kind) => error instanceof kind))
        throw new UsedWrongly((error as Error).message);
      throw error;
    }
  },
};

const nothing = () => undefined;

/** A key that is made for an empty folder would open nothing of the vault that is brought in. */
function refuseMissingKey({ MASTER_KEY, MASTER_KEY_FILE, DATA_DIR }: Config): void {
  if (MASTER_KEY !== undefined || MASTER_KEY_FILE !== undefined) return;
  if (existsSync(join(DATA_DIR, 'master.key'))) return;
  throw new UsedWrongly(
    'MASTER_KEY: is missing: the vault in the copy is sealed under that of the log copied',
  );
}

async function opened(dir: string): Promise<LogCopy> {
  const copy = await LogCopy.open(resolve(dir)).catch((error: unknown) => {
    throw error instanceof CopyBroken ? new NotTrue(`${dir}: ${error.message}`) : error;
  });
  if (!copy) throw new UsedWrongly(`${dir}: holds no copy of a log`);
  return copy;
}
