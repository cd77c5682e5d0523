// The one client of a process. The library keeps the answers that all its clients wait for in a single table: when one
// client's connection ends, the appends of every other are rejected, and an answer to one of them that still comes then
// finds no place and throws where nobody can catch it. So those who open the same server share a client, clients are
// disposed of when the last of them is let go, and such an answer is dropped.
import { createRequire } from 'node:module';
import { EventStoreDBClient } from '@eventstore/db-client';

const load = createRequire(__filename);

const clients = new Map<string, EventStoreDBClient>();
let users = 0;

export interface SharedClient {
  readonly client: EventStoreDBClient;
  /** Nothing of whoever holds it is under way any more. */
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
/** As far as it is needed here. */
interface Library {
  StreamsClient: { prototype: { batchAppend: (this: unknown, ...args: unknown[]) => AppendStream } };
}

let dropping = false;

/** The answer of an append that is no longer waited for is no error: whoever waited was told before. */
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
    // `const [resolve, reject] = table.get(id)` of an id that is not there.
    if (!(error instanceof TypeError && error.message.includes('is not iterable'))) throw error;
  }
}
