// Where a command speaks and is answered when it runs as a process: lines, a bar that is drawn over, and questions.
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { NotTrue, UsedWrongly, type Ask, type Say } from './command';

const CLEARED = '\r\u001b[K';

/** Lines, and on a terminal one line below them that is drawn over again and again. */
export function sayOnTerminal(out: NodeJS.WriteStream, error: NodeJS.WriteStream): Say {
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) error.write(CLEARED);
    isDrawn = false;
  };
  const to = (stream: NodeJS.WriteStream) => (line: string) => {
    clear();
    stream.write(`${line}\n`);
  };
  const draw = (line: string | undefined): void => {
    clear();
    if (line === undefined) return;
    // What is wider than the terminal would begin a line that is not cleared.
    error.write(line.slice(0, (error.columns || 80) - 1));
    isDrawn = true;
  };
  return { out: to(out), error: to(error), ...(error.isTTY && { draw }) };
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks on a terminal, where what is typed may be hidden; input that is none answers line by line. */
export class Questions {
  private lines: AsyncIterator<string> | undefined;
  private reading: Interface | undefined;

  constructor(
    private readonly input: NodeJS.ReadStream,
    private readonly output: NodeJS.WriteStream,
  ) {}

  readonly ask: Ask = async (question, { hidden = false } = {}) => {
    this.output.write(question);
    const answer = this.input.isTTY ? await this.typed(hidden) : await this.nextLine();
    // A terminal has shown the end of a line that was typed, and nothing of one that was hidden or came by itself.
    if (hidden || !this.input.isTTY) this.output.write('\n');
    return answer.trim();
  };

  close(): void {
    this.reading?.close();
  }

  private typed(hidden: boolean): Promise<string> {
    const output = hidden ? nowhere() : this.output;
    const typing = createInterface({ input: this.input, output, terminal: true });
    return new Promise<string>((resolve, reject) => {
      typing.once('SIGINT', () => reject(new NotTrue('interrupted')));
      typing.once('close', () => reject(new UsedWrongly('Nothing was answered')));
      typing.once('line', resolve);
    }).finally(() => typing.close());
  }

  private async nextLine(): Promise<string> {
    this.reading ??= createInterface({ input: this.input });
    this.lines ??= this.reading[Symbol.asyncIterator]();
    const next = await this.lines.next();
    if (next.done) throw new UsedWrongly('Nothing was answered: the input is at its end');
    return next.value;
  }
}
