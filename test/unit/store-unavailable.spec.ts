// Stores that are out of reach or hang: every call ends, as an outage where it is one, and clients are told what to do.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { EventStoreDbStore } from '../../src/eventsourcing/stores/eventstoredb/event-store';
import { MongoDocumentStore } from '../../src/read/stores/mongodb/document-store';
import { answered, StoreUnavailable } from '../../src/store-unavailable';

const never = new Promise<never>(() => undefined);
const outage = new Error('The connection was lost');
const isOutage = (error: unknown) => error === outage;

test('a call that is never answered ends as an outage', async () => {
  await expect(answered('A store', 1, never, isOutage)).rejects.toThrow(StoreUnavailable);
});

test('an outage keeps its cause, any other error stays what it is', async () => {
  const lost = answered('A store', 60_000, Promise.reject(outage), isOutage);
  await expect(lost).rejects.toMatchObject({ store: 'A store', cause: outage });
  const other = new Error('Refused');
  await expect(answered('A store', 60_000, Promise.reject(other), isOutage)).rejects.toBe(other);
  await expect(answered('A store', 60_000, Promise.resolve(1), isOutage)).resolves.toBe(1);
});

test('an answer that came while the thread was held up longer than the call may take is one', async () => {
  const limitMs = 10;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  const asked = answered('A store', limitMs, once(client, 'data').then(String), isOutage);
  socket.write('yes');
  for (const until = Date.now() + 5 * limitMs; Date.now() < until;);
  await expect(asked).resolves.toBe('yes');
  client.destroy();
  server.close();
});

describe('a server that accepts connections and says nothing', () => {
  let server: Server;
  const open = new Set<{ destroy(): void }>();
  const port = () => (server.address() as AddressInfo).port;
  beforeAll(async () => {
    server = createServer((socket) => void open.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });

  test('is no log to open', async () => {
    const opening = EventStoreDbStore.connect(`esdb://127.0.0.1:${port()}?tls=false`);
    await expect(opening).rejects.toThrow(StoreUnavailable);
  });

  test('is no document store to open', async () => {
    await expect(MongoDocumentStore.connect(`mongodb://127.0.0.1:${port()}/strata`)).rejects.toThrow();
  });
});
