// One running Strata: the engine opened, the application listening.
import { projections } from '../projections';
import { AppModule } from './app.module';
import type { Config } from './config';
import { Engine } from './engine';
import { createApp } from './http/app';
import { createLogger } from './http/logger';
import { version } from './version';

export interface Server {
  readonly url: string;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Rejects with ConfigError, StoreLocked or the error of a store that cannot be reached; nothing stays open then. */
export async function startServer(config: Config, logger = createLogger(config)): Promise<Server> {
  const engine = await Engine.open(config, projections, logger);
  try {
    const app = await createApp(AppModule.of(engine), config, logger, { version });
    await app.listen(config.PORT, config.HOST);
    const url = await app.getUrl();
    logger.info({ url }, 'listening');
    return { url, engine, close: () => app.close() };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
