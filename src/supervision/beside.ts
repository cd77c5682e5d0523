/**
 * Does work with something else going on beside it, which ends with it: both are told to stop when the signal aborts, the
 * other one also when the work has ended, and is waited for. The other one must not reject.
 */
export async function beside(
  signal: AbortSignal,
  other: (signal: AbortSignal) => Promise<void>,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const going = other(both);
  try {
    await work(both);
  } finally {
    ended.abort();
    await going;
  }
}
