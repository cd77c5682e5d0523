// A chore of one process: done at once and then every hour, one round at a time, until it is stopped.

const EVERY_MS = 3_600_000;

export class Hourly {
  private timer: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();
  private running = false;

  /** What a round rejects with goes to `onError`, unless it has been stopped by then; the next round comes anyway. */
  start(chore: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void): void {
    const { signal } = this.stopping;
    const round = async () => {
      if (this.running) return;
      this.running = true;
      try {
        await chore(signal);
      } catch (error) {
        if (!signal.aborted) onError(error);
      } finally {
        this.running = false;
      }
    };
    this.timer = setInterval(() => void round(), EVERY_MS).unref();
    void round();
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }
}
