// The EventStoreDB client that all stores of a process share. The library keeps the answers that all its clients wait
// for in a single table: when one client's connection ends, the appends of every other client are rejected, and a late
// answer to such an append finds no place in the table and throws where nobody can catch it. So stores on the same
// server share a client, all clients are disposed of when the last store lets go, and late answers are dropped.
import { createRequire } from 'node:module';
import { EventStoreDBClient } from '@eventstore/db-client';

const load = createRequire(__filename);

const clients = new Map<string, EventStoreDBClient>();
let users = 0;

export interface SharedClient {
  readonly client: EventStoreDBClient;
  /** Lets the client go. Nothing that its holder asked of it may be under way any more. */
  release(): Promise<void>;
}

export function sharedClient(url: string): SharedClient {
  dropLateAnswers();
  const client = clients.get(url) ?? EventStoreDBClient.connectionString(url);
  clients.set(url, client);
  users++;
  return {
    client,
    async release() {
      if (--users > 0) return;
      const idle = [...clients.values()];
      clients.clear();
      await Promise.all(idle.map((each) => each.dispose()));
    },
  };
}

type Listen = (name: string, listener: (...args: unknown[]) => unknown) => unknown;
interface AppendStream {
  on: Listen;
}
/** The part of the library's generated code that is patched here. */
interface Library {
  StreamsClient: { prototype: { batchAppend: (this: unknown, ...args: unknown[]) => AppendStream } };
}

let dropping = false;

/** Drops answers to appends that are no longer waited for: their callers were told when the connection ended. */
function dropLateAnswers(): void {
  if (dropping) return;
  dropping = true;
  const { prototype } = (load('@eventstore/db-client/generated/streams_grpc_pb') as Library).StreamsClient;
  const { batchAppend } = prototype;
  prototype.batchAppend = function (...args) {
    const stream = batchAppend.apply(this, args);
    const on: Listen = stream.on.bind(stream);
    stream.on = (name, listener) =>
      on(name, name === 'data' ? (...answer) => unlessLate(() => listener(...answer)) : listener);
    return stream;
  };
}

function unlessLate(hand: () => unknown): void {
  try {
    hand();
  } catch (error) {
    // The library does `const [resolve, reject] = table.get(id)`, and the id is no longer in the table.
    if (!(error instanceof TypeError && error.message.includes('is not iterable'))) throw error;
  }
}
