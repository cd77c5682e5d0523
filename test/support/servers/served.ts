// Starts a server in a process of its own (served.child.ts): gives its address, and what it tells of itself.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Written {
  readonly type: string;
  readonly stream: string;
  readonly position: string;
  readonly correlationId: string;
}

export interface Answers {
  /** Events after a position. */
  written(after: string): Promise<Written[]>;
  head(): Promise<string>;
  /** Lines of the server's log that tell of errors, since the last call. */
  errors(): Promise<string[]>;
  /** Memory in MiB on the heap and outside it, after a garbage collection. */
  heldMb(): Promise<number>;
  /** Begins to watch the event loop. */
  watch(): Promise<void>;
  /** How long the event loop was held up, beyond the time it was to wait, since `watch`. */
  delays(): Promise<Delays>;
  end(): Promise<void>;
}

export interface Delays {
  readonly p50Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /**
   * The most that the server's thread computed between two turns of its event loop, in milliseconds: the time of other
   * processes does not count.
   */
  readonly busyMs: number;
}

export interface Asked {
  readonly id: number;
  readonly what: keyof Answers;
  readonly with: unknown;
}

export class Served {
  private asked = 0;
  private readonly waiting = new Map<number, (told: { result?: unknown; error?: string }) => void>();
  ended = false;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly dataDir: string,
  ) {
    child.on('message', (told: { id: number; result?: unknown; error?: string }) => {
      this.waiting.get(told.id)?.(told);
      this.waiting.delete(told.id);
    });
    child.on('exit', () => {
      this.ended = true;
      for (const tell of this.waiting.values()) tell({ error: 'The server has ended' });
    });
  }

  /** `settings` as in the environment, beside those that it sets itself. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Served> {
    const dataDir = mkdtempSync(join(tmpdir(), 'strata-served-'));
    const child = fork(join(__dirname, 'served.child.js'), [dataDir, JSON.stringify(settings)], {
      execArgv: ['--expose-gc'],
    });
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return new Served(url, child, dataDir);
  }

  async ask<K extends keyof Answers>(
    what: K,
    given?: Parameters<Answers[K]>[0],
  ): Promise<Awaited<ReturnType<Answers[K]>>> {
    if (this.ended) throw new Error('The server has ended');
    const id = ++this.asked;
    const told = new Promise<{ result?: unknown; error?: string }>((resolve) =>
      this.waiting.set(id, resolve),
    );
    this.child.send({ id, what, with: given });
    const { result, error } = await told;
    if (error !== undefined) throw new Error(error);
    return result as Awaited<ReturnType<Answers[K]>>;
  }

  async end(): Promise<void> {
    if (!this.ended) {
      const gone = once(this.child, 'exit');
      await this.ask('end');
      this.child.kill();
      await gone;
    }
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
