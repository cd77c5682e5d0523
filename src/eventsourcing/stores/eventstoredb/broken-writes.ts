// What the client leaves unhandled when the server goes away while appends wait for room in their shared connection:
// each of them rejects, which its caller sees, and so does a write inside the client, which nobody can catch. Left
// alone, that would end the process.

const watched = new WeakSet<NodeJS.Process>();

/** From now on such a write ends nothing. Any other unhandled rejection ends the process as before. */
export function surviveBrokenWrites(): void {
  if (watched.has(process)) return;
  watched.add(process);
  process.on('unhandledRejection', (reason) => {
    if (!isBrokenWrite(reason)) throw reason;
  });
}

/** A gRPC status of the connection that appends share. */
const isBrokenWrite = (reason: unknown): boolean =>
  reason instanceof Error &&
  'code' in reason &&
  'metadata' in reason &&
  (reason.stack?.includes('batchAppend') ?? false);
