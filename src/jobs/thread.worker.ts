// What runs inside a thread that `runInThread` has started: loads the module, runs the function, tells how it went.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ThreadError, ThreadFunction, ToThread } from './thread.client';

const REPORT_MS = 100;

const tell = (message: FromThread): void => parentPort?.postMessage(message);

async function run(): Promise<void> {
  const { module, name, input } = workerData as { module: string; name: string; input: unknown };
  const aborting = new AbortController();
  parentPort?.on('message', ({ abort }: ToThread) => aborting.abort(abort));
  let due = 0;
  const report = (done: number, total: number): void => {
    if (Date.now() < due) return;
    due = Date.now() + REPORT_MS;
    tell({ kind: 'progress', done, total });
  };
  try {
    const loaded = createRequire(__filename)(module) as Record<string, ThreadFunction<unknown, unknown>>;
    const work = loaded[name];
    if (!work) throw new Error(`No function ${name} in the module`);
    tell({ kind: 'done', result: await work(input, { signal: aborting.signal, report }) });
  } catch (error) {
    tell({ kind: 'failed', error: described(error) });
  }
  // The thread ends itself, whatever it still has open: ended from outside in a statement of libsql, it would end the
  // whole process.
  process.exit(0);
}

function described(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  const { code } = error as NodeJS.ErrnoException;
  return { name, message, ...(stack && { stack }), ...(code && { code }) };
}

void run();
