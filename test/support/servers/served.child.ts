// A server in a process of its own, started with `--expose-gc`: tells its parent what it has written, how much memory
// it holds, and how long its event loop was held up.
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { parseConfig } from '../../../src/config';
import { Faults } from '../../../src/supervision/faults';
import { createLogger } from '../../../src/http/logger';
import { startServer } from '../../../src/server';
import { BusyTurns } from '../busy-turns';
import { eventsAfter } from '../log';
import type { Answers, Asked, Written } from './served';

/** The latest lines about errors that are kept. */
const MOST_LINES = 50;
/** Garbage collections in a row: finalizers run in between, and the next collection frees what they let go. */
const COLLECTIONS = 4;
const RESOLUTION_MS = 2;

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

async function serve(dataDir: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const lines: string[] = [];
  const logger = createLogger(
    { LOG_LEVEL: 'error' },
    { write: (line: string) => void (lines.push(line) > MOST_LINES && lines.shift()) },
  );
  const config = parseConfig({
    ...{ PORT: '0', DATA_DIR: dataDir, BACKUP_QUOTA: 'off', DRILLS: 'off', LOG_LEVEL: 'error' },
    ...{ BOOTSTRAP_ADMIN_EMAIL: 'admin@example.com', BOOTSTRAP_ADMIN_PASSWORD: 'correct horse battery' },
    ...settings,
  });
  const server = await startServer(config, logger, new Faults(logger));
  const { eventStore } = server.engine;
  let delay: IntervalHistogram | undefined;
  const busy = new BusyTurns(RESOLUTION_MS);
  const answer: Answers = {
    written: async (after) => {
      const events = await eventsAfter(eventStore, BigInt(after));
      return events.map(({ type, stream, position, meta: { correlationId } }): Written => {
        return { type, stream, position: String(position), correlationId };
      });
    },
    head: async () => String(await eventStore.head()),
    errors: async () => lines.splice(0),
    heldMb: async () => {
      for (let i = 0; i < COLLECTIONS; i++) {
        global.gc!();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / 1024 / 1024;
    },
    watch: async () => {
      delay?.disable();
      delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      delay.enable();
      busy.start();
    },
    delays: async () => {
      // The delay that goes on now is counted only once it is over.
      await new Promise((resolve) => setTimeout(resolve, 2 * RESOLUTION_MS));
      const ms = (ns: number) => Math.max(0, rounded(ns / 1e6 - RESOLUTION_MS));
      const { max } = delay!;
      const late = { p50Ms: ms(delay!.percentile(50)), p999Ms: ms(delay!.percentile(99.9)), maxMs: ms(max) };
      return { ...late, busyMs: rounded(busy.stop()) };
    },
    end: () => server.close(),
  };
  process.on('message', ({ id, what, with: given }: Asked) => {
    void (answer[what] as (given: unknown) => Promise<unknown>)(given).then(
      (result) => process.send!({ id, result }),
      (error: unknown) => process.send!({ id, error: String(error) }),
    );
  });
  // The parent process is gone.
  process.on('disconnect', () => process.exit());
  process.send!({ url: server.url });
}

void serve(process.argv[2]!, JSON.parse(process.argv[3]!) as Record<string, string>);
