// Progress over HTTP: events while they come, and a source that is left when its client is.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { clientGone, endOpenStreams, progressStream } from '../../../src/http/answers/progress';
import { pause } from '../../../src/supervision/pause';

/** Counts without end, until its signal aborts. */
async function* counting(signal: AbortSignal, left: () => void) {
  try {
    for (let done = 1; !signal.aborted; done++) {
      yield { done };
      await pause(1, signal);
    }
  } finally {
    left();
  }
}

async function* two() {
  yield { done: 1 };
  yield { done: 2 };
}

describe('progress', () => {
  let server: FastifyInstance;
  let left: Promise<void>;
  let endToken: (() => void) | undefined;
  let watched: Promise<void>;
  beforeEach(async () => {
    server = fastify({ forceCloseConnections: 'idle' });
    watched = new Promise((resolve) => {
      server.addHook('onRequest', async (request) => {
        request.watchToken = (onEnd) => {
          endToken = onEnd;
          resolve();
          return () => (endToken = undefined);
        };
      });
    });
    left = new Promise((resolve) => {
      server.get('/endless', (_, reply) => progressStream(reply, counting(clientGone(reply), resolve)));
    });
    server.get('/short', (_, reply) => progressStream(reply, two()));
    server.get('/with-ids', (_, reply) => progressStream(reply, two(), ({ done }) => String(done)));
    server.addHook('preClose', async () => endOpenStreams(server.server));
    await server.listen({ port: 0 });
  });
  afterEach(() => server.close());

  const ask = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { port } = server.server.address() as AddressInfo;
      get({ port, path, agent: false }, resolve).on('error', reject);
    });

  test('comes as server-sent events and ends with its source', async () => {
    const answer = await ask('/short');
    expect(answer.headers['content-type']).toContain('text/event-stream');
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    expect(text).toBe('data: {"done":1}\n\ndata: {"done":2}\n\n');
  });

  test('tells ids where its values have them, and that it stands before the first comes', async () => {
    const answer = await ask('/with-ids');
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    expect(text).toBe(':\n\nid: 1\ndata: {"done":1}\n\nid: 2\ndata: {"done":2}\n\n');
  });

  test('is no longer made once the client has left', async () => {
    const answer = await ask('/endless');
    await once(answer, 'data');
    answer.destroy();
    await left;
  });

  test('ends when the token that asked for it counts no more', async () => {
    const answer = await ask('/endless');
    await watched;
    answer.resume();
    endToken!();
    await Promise.all([once(answer, 'end'), left]);
    expect(endToken).toBeUndefined();
  });

  test('does not keep a server from closing', async () => {
    const answer = await ask('/endless');
    answer.resume();
    await Promise.all([server.close(), once(answer, 'close'), left]);
  });
});
