// Sends progress as server-sent events, and signals that a client has left.
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { follow } from '../../jobs/follow';
import { onAbort } from '../../supervision/on-abort';

const KEEP_ALIVE_MS = 15_000;
const open = new WeakMap<object, Set<AbortController>>();

/** A signal that aborts when the client has left, or the server is closing: give it to every leg of a stream. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const streams = openStreams(reply.server.server);
  streams.add(gone);
  reply.raw.once('close', () => {
    streams.delete(gone);
    gone.abort();
  });
  if (reply.raw.destroyed) gone.abort();
  return gone.signal;
}

/** Ends the streams that would keep connections open while the server wants to close. */
export function endOpenStreams(server: object): void {
  for (const stream of openStreams(server)) stream.abort();
}

function openStreams(server: object): Set<AbortController> {
  const known = open.get(server) ?? new Set<AbortController>();
  open.set(server, known);
  return known;
}

/**
 * Answers with a server-sent event for each value of `source`, until the source ends, the client leaves or the client's
 * token ceases to count; then the source is left. With `idOf` each event has an id, which the client sends as
 * Last-Event-ID when it comes again; such a stream may say nothing for long, and begins with a comment.
 */
export function progressStream<T>(
  reply: FastifyReply,
  source: AsyncIterable<T>,
  idOf?: (value: T) => string,
): FastifyReply {
  const over = new AbortController();
  const unwatch = reply.request.watchToken?.(() => over.abort());
  const gone = AbortSignal.any([clientGone(reply), over.signal]);
  const out = new PassThrough();
  const beat = setInterval(() => out.write(':\n\n'), KEEP_ALIVE_MS).unref();
  if (idOf) out.write(':\n\n');
  const pump = async (): Promise<void> => {
    const values = source[Symbol.asyncIterator]();
    const left = new Promise<undefined>((resolve) => {
      onAbort(gone, () => resolve(undefined));
    });
    try {
      while (!gone.aborted) {
        const next = await Promise.race([values.next(), left]);
        if (!next || next.done) break;
        const id = idOf ? `id: ${idOf(next.value)}\n` : '';
        if (!out.write(`${id}data: ${JSON.stringify(next.value)}\n\n`))
          await once(out, 'drain', { signal: gone });
      }
    } catch {
      // The stream has begun, so there is no status left to answer with: the client sees it end and asks again.
    } finally {
      clearInterval(beat);
      unwatch?.();
      // Not awaited: a generator that waits for something answers `return` only when that has come.
      values.return?.().catch(() => undefined);
      out.end();
    }
  };
  void pump();
  return reply
    .header('Content-Type', 'text/event-stream; charset=utf-8')
    .header('X-Accel-Buffering', 'no')
    .send(out);
}

/**
 * Answers with a server-sent event for each state of something that has an end, such as a job, the last one when it has
 * ended. What `read` refuses is refused before the stream begins.
 */
export async function followed<T>(
  reply: FastifyReply,
  read: () => Promise<T>,
  hasEnded: (state: T) => boolean,
): Promise<FastifyReply> {
  await read();
  return progressStream(reply, follow(read, hasEnded, clientGone(reply)));
}
