// A shell as a reader has it: blocks are pasted one after another, and what is asked is answered.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** An answer to a question that the output ends with. */
export type Answers = readonly (readonly [RegExp, () => Promise<string>])[];

/** Blocks come by a way of their own, so that the input is left to the commands. */
const LOOP = `while IFS= read -r -u 3 -d '' block; do eval "$block"; printf '\\n@@%s\\n' "$?"; done`;
const END = /\n@@(\d+)\n$/;

export class Shell {
  private readonly bash: ChildProcess;
  /** What the block under way has printed. */
  output = '';
  private answered = 0;
  private heard: () => void = () => undefined;

  constructor(
    folder: string,
    env: NodeJS.ProcessEnv,
    private readonly answers: Answers,
  ) {
    this.bash = spawn('bash', ['-c', LOOP], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    const hear = (chunk: Buffer): void => {
      this.output += chunk.toString();
      this.heard();
      void this.answer();
    };
    this.bash.stdout!.on('data', hear);
    this.bash.stderr!.on('data', hear);
  }

  /** Resolves when a block is done. Rejects where its last command fails. */
  async paste(code: string): Promise<void> {
    this.output = '';
    this.answered = 0;
    (this.bash.stdio[3] as Writable).write(`${code}\0`);
    for (;;) {
      const [, status] = END.exec(this.output) ?? [];
      if (status === '0') return;
      if (status !== undefined) throw new Error(`exit code ${status}:\n${this.output.replace(END, '')}`);
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }

  close(): void {
    this.bash.kill();
  }

  private async answer(): Promise<void> {
    const asked = this.output.slice(this.answered);
    const found = this.answers.find(([question]) => question.test(asked));
    if (!found) return;
    this.answered = this.output.length;
    this.bash.stdin!.write(`${await found[1]()}\n`);
  }
}

/** What a block starts that stays up, in a group of its own, and what it has printed so far. */
export class Standing {
  readonly process: ChildProcess;
  output = '';

  constructor(code: string, folder: string, env: NodeJS.ProcessEnv) {
    this.process = spawn('bash', ['-c', code], { cwd: folder, env, detached: true });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        this.process.emit('heard');
      });
  }

  /** What it prints that fits. Rejects where it ends before. */
  async printed(what: RegExp): Promise<string> {
    for (;;) {
      const found = what.exec(this.output);
      if (found) return found[0];
      const ended = this.process.exitCode !== null || this.process.signalCode !== null;
      if (ended) throw new Error(`It ended:\n${this.output}`);
      await Promise.race([once(this.process, 'heard'), once(this.process, 'exit')]);
    }
  }

  async end(): Promise<void> {
    const { pid, exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return;
    const exit = once(this.process, 'exit');
    process.kill(-pid!, 'SIGINT');
    await exit;
  }
}
