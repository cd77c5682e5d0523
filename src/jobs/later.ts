// Remembers by their ids the jobs that are left alone for a while.

const MOST_MS = 60_000;

export class Later {
  constructor(private readonly leastMs: number) {}

  private readonly until = new Map<string, { at: number; ms: number }>();

  get size(): number {
    return this.ids().length;
  }

  add(id: string, ms: number): void {
    this.until.set(id, { at: Date.now() + ms, ms });
  }

  /** Leaves a job alone for twice as long as the last time, where the last time is still remembered. */
  addLonger(id: string): void {
    const before = this.until.get(id)?.ms ?? 0;
    this.add(id, Math.max(Math.min(2 * before, MOST_MS), this.leastMs));
  }

  ids(): string[] {
    const now = Date.now();
    // A job is remembered for as long again as it was left alone.
    for (const [id, { at, ms }] of this.until) if (at + ms <= now) this.until.delete(id);
    return [...this.until].flatMap(([id, { at }]) => (at > now ? [id] : []));
  }
}
