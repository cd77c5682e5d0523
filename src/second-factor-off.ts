// The operator's command `npm run second-factor-off -- EMAIL`: switches a person's second factor off, in the stores
// that the settings name. With embedded stores the server must be stopped: server and command lock the same folder.
// Exit codes: 0 done, 1 refused, 2 used wrongly.
import { existsSync } from 'node:fs';
import { projections } from '../projections';
import { ConfigError, loadConfig } from './config';
import { Engine } from './engine';
import { logFile, StoreLocked } from './eventsourcing/stores/embedded/event-store';
import { createLogger } from './http/logger';
import { secondFactorOff } from './identity/second-factors/lost-factor';
import { OtherLog } from './one-log';

const PATIENCE_MS = 60_000;

async function main([email, ...others]: readonly string[]): Promise<number> {
  if (email === undefined || others.length > 0) return say('Usage: npm run second-factor-off -- EMAIL', 2);
  const config = { ...loadConfig(), ROLE: ['projector' as const] };
  if (!config.EVENTSTORE_URL && !existsSync(logFile(config.DATA_DIR)))
    throw new ConfigError('DATA_DIR: holds no log');
  const engine = await Engine.open(config, projections, createLogger({ LOG_LEVEL: 'error' }));
  try {
    await engine.start();
    const done = await secondFactorOff(engine, email, AbortSignal.timeout(PATIENCE_MS));
    if (!done) return say('Nobody has this e-mail address', 1);
    const factor = done.wasOn ? 'The second factor is off' : 'There was no second factor';
    return say(`${factor}; sessions ended: ${done.sessions}. The password is asked for as before.`, 0);
  } finally {
    await engine.close();
  }
}

function say(line: string, code: number): number {
  process[code === 0 ? 'stdout' : 'stderr'].write(`${line}\n`);
  return code;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof ConfigError || error instanceof StoreLocked || error instanceof OtherLog;
    process.exit(say(known ? error.message : String((error as Error).stack ?? error), 1));
  },
);
