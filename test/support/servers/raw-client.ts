// A client that sends bytes on a socket, as no HTTP library would, and reads the answers that come back.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class RawClient {
  private received = '';
  private over = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => void (this.received += text));
    // A reset ends the connection, too: what came before it still counts.
    socket.on('error', () => undefined).on('close', () => void (this.over = true));
  }

  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends a request line with headers. Where a body follows, `headers` may give its length or not. */
  request(method: string, path: string, headers: Readonly<Record<string, string | number>> = {}): void {
    const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
    this.send([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  }

  /** The next answer; undefined where the connection ended without one. */
  async answer(): Promise<RawAnswer | undefined> {
    for (;;) {
      const answer = this.take();
      if (answer || this.over) return answer;
      await this.more();
    }
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    while (!this.over) await this.more();
  }

  close(): void {
    this.socket.destroy();
  }

  private async more(): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = () => {
        this.socket.off('data', go).off('close', go);
        resolve();
      };
      this.socket.once('data', go).once('close', go);
    });
  }

  private take(): RawAnswer | undefined {
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [first = '', ...lines] = this.received.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    );
    const bodyEnd = end + 4 + Number(headers['content-length'] ?? 0);
    if (this.received.length < bodyEnd) return undefined;
    const body = this.received.slice(end + 4, bodyEnd);
    this.received = this.received.slice(bodyEnd);
    return { status: Number(first.split(' ')[1]), headers, body };
  }
}
