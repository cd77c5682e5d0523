// Keeps the process alive when EventStoreDB goes away while appends wait for room in the connection that they share:
// each append rejects, which its caller sees, and so does a write inside the client, which nobody can catch. Left
// unhandled, the rejection of that write would end the process.

const watched = new WeakSet<NodeJS.Process>();

/** From now on a broken write inside the client ends nothing. Any other unhandled rejection still ends the process. */
export function surviveBrokenWrites(): void {
  if (watched.has(process)) return;
  watched.add(process);
  process.on('unhandledRejection', (reason) => {
    if (!isBrokenWrite(reason)) throw reason;
  });
}

/** The reason is a gRPC status, and comes from the connection that appends share. */
const isBrokenWrite = (reason: unknown): boolean =>
  reason instanceof Error &&
  'code' in reason &&
  'metadata' in reason &&
  (reason.stack?.includes('batchAppend') ?? false);
