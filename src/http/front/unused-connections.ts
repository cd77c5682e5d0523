// Ends connections on which nothing has been asked when the server closes. Browsers and other clients open some ahead;
// Node counts them as at work, and waits for their first request as long as for any headers.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Answers a function that ends those which are there now. */
export function watchUnused(server: Server): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}
