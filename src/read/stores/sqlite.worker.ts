// The thread behind an embedded document store: carries out calls in the order they come.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { Refusal } from '../../refusals';
import { WriteConflict } from '../document-store';
import { SqliteQueries } from './sqlite-queries';
import { SqliteWriter } from './sqlite-writer';
import type { Answer, Call, Connect } from './sqlite-thread';

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
