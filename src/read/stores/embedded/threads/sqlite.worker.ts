// A thread of the embedded document store: carries out calls in the order in which they come.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { Refusal } from '../../../../refusals';
import { WriteConflict } from '../../../document-store';
import type { Answer, Call, Connect, WorkerInput } from './sqlite-calls';
import { SqliteQueries } from '../sqlite-queries';
import { SqliteWriter } from '../sqlite-writer';

const { file, kind, shared, cacheMb } = workerData as WorkerInput;

const inLibsql = (is: 0 | 1): void => {
  Atomics.store(shared.inLibsql, 0, is);
  if (Atomics.load(shared.givenUp, 0) !== 0) process.exit(0);
};
const around = { before: () => inLibsql(1), after: () => inLibsql(0) };
const documents = kind === 'writer' ? new SqliteWriter(file) : new SqliteQueries(file, cacheMb, around);
inLibsql(0);

const calls = documents as unknown as Record<string, (...args: unknown[]) => unknown>;

const answer = ({ id, method, args }: Call): Answer => {
  try {
    return { id, value: calls[method]!(...args) };
  } catch (error) {
    if (error instanceof Refusal) return { id, refused: error.code };
    if (error instanceof WriteConflict) return { id, conflict: error.message };
    return { id, error: error instanceof Error ? error : new Error('Failed') };
  }
};

const ports = new Set<MessagePort>();
function serve(port: MessagePort): void {
  ports.add(port);
  port.on('message', (asked: Call | Connect) => {
    if ('connect' in asked) return serve(asked.connect);
    port.postMessage(answer(asked));
    if (asked.method === 'close') for (const each of ports) each.close();
  });
  port.on('close', () => ports.delete(port));
}
serve(parentPort!);
