// The entry point: reads the settings, starts the server, shuts it down. A start that fails says why in one line.
import { ConfigError, loadConfig } from './config';
import { StoreLocked } from './eventsourcing/stores/embedded/event-store';
import { Faults, traceOf } from './supervision/faults';
import { createLogger } from './http/logger';
import { OtherLog } from './one-log';
import { startServer } from './server';

/** Milliseconds that closing may take: whoever sent the signal kills a process that takes longer than 10 s. */
const LONGEST_END_MS = 9_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(config);
  const faults = new Faults(logger);
  const starting = startServer(config, logger, faults);

  let ending = false;
  /** Ends the process, once: a signal often comes twice, from a terminal and from npm. */
  const end = (code: number): void => {
    if (ending) return;
    ending = true;
    process.exitCode = code;
    const late = () => {
      logger.warn({}, 'Not all could be closed in time');
      process.exit(code);
    };
    setTimeout(late, LONGEST_END_MS).unref();
    // Stores that an error leaves open are as a crash leaves them: the next start goes on from there.
    const failed = (error: unknown) => {
      logger.error(traceOf(error), 'Not all could be closed');
      process.exit(1);
    };
    starting.then((server) => server.close()).then(() => process.exit(code), failed);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => end(0));
  // Rejections that nobody handles come here, too. Nobody knows the state of the process then: it does nothing more.
  process.on('uncaughtException', (error) => faults.report('process', error));
  faults.onEnd((part) => (part === 'process' ? process.exit(1) : end(1)));

  await starting;
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StoreLocked || error instanceof OtherLog;
  process.stderr.write(`${known ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
