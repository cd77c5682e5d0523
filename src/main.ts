// Boot: settings, server, shutdown. A start that fails says why in one line.
import { ConfigError, loadConfig } from './config';
import { StoreLocked } from './eventsourcing/stores/embedded.event-store';
import { startServer } from './server';

async function main(): Promise<void> {
  const server = await startServer(loadConfig());
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StoreLocked;
  process.stderr.write(`${known ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
