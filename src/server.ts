// Starts one Strata: opens the engine and has the application listen.
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { projections } from '../projections';
import { AppModule } from './app.module';
import { BackupRecipient } from './backups/backup-recipient';
import { type Config, ConfigError, publicUrl } from './config';
import { Engine, type EngineOptions } from './engine';
import { Faults } from './supervision/faults';
import { createApp } from './http/app';
import { consoleFolder, isBuilt } from './http/console/console-files';
import type { HttpLimits } from './http/front/limits';
import { createLogger } from './http/logger';
import { Places } from './origin/places';
import { version } from './version';

export interface Server {
  readonly url: string;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Cores up to which all of them are busy with threads of Strata's own while much is written. */
const FEW_CORES = 4;

/**
 * Rejects with ConfigError, StoreLocked, OtherLog or the error of a store that cannot be reached; then nothing stays
 * open.
 */
export async function startServer(
  config: Config,
  logger = createLogger(config),
  faults = new Faults(logger),
  limits: Partial<HttpLimits> = {},
  options: EngineOptions = {},
): Promise<Server> {
  // V8 collects young garbage with several threads at once. Where no core is idle for these threads, they wait for each
  // other: with two cores that took a fifth of all time of an import.
  if (availableParallelism() <= FEW_CORES) setFlagsFromString('--no-parallel-scavenge');
  // A key that is wrong is told before anything is made or opened.
  await BackupRecipient.of(config.BACKUP_RECIPIENT);
  const engine = await Engine.open(config, projections, logger, faults, options);
  let opened: { close(): Promise<void> } = engine;
  try {
    const app = await createApp(AppModule.of(engine), config, logger, { version, limits });
    // Chores run by the time it listens: they stop with the application, which closes the engine last.
    opened = app;
    await app.listen(config.PORT, config.HOST).catch((error: unknown) => {
      throw unheard(error);
    });
    const url = await app.getUrl();
    const { bytes, builtAt } = app.get(Places);
    logger.info({ bytes, builtAt }, 'the databases of addresses lie in memory');
    logger.info({ url }, 'listening');
    const page = config.PUBLIC_URL === undefined ? url : publicUrl(config);
    if (isBuilt(consoleFolder)) logger.info({ url: `${page}/` }, 'the console is open');
    return { url, engine, close: () => app.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** By error code, why the server cannot listen, and which setting to change. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'PORT: is in use by another process',
  EACCES: 'PORT: this user may not listen on it',
  EADDRNOTAVAIL: 'HOST: is no address of this machine',
  ENOTFOUND: 'HOST: is no address of this machine',
};

function unheard(error: unknown): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
  return reason === undefined ? error : new ConfigError(reason);
}
