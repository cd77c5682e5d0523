// The thread behind an embedded document store: carries out calls in the order they come.
import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '../../refusals';
import { WriteConflict } from '../document-store';
import { SqliteQueries } from './sqlite-queries';
import { SqliteWriter } from './sqlite-writer';
import type { Answer, Call } from './sqlite-thread';

const { file, kind, cacheMb } = workerData as { file: string; kind: 'reader' | 'writer'; cacheMb?: number };
const documents = kind === 'writer' ? new SqliteWriter(file) : new SqliteQueries(file, cacheMb);

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

parentPort!.on('message', (call: Call) => {
  parentPort!.postMessage(answer(call));
  if (call.method === 'close') parentPort!.close();
});
