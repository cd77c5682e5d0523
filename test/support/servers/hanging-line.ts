// A TCP proxy before a server, which can be made to hang as if the server did: a sender stays connected, and is not
// heard until the line goes on.
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

export class HangingLine {
  private readonly sockets = new Set<Socket>();
  private hanging = false;
  private from: string | undefined;
  private readonly held: (() => void)[] = [];
  private tellHanging: () => void = () => undefined;

  private constructor(
    private readonly to: URL,
    private readonly server: Server,
  ) {
    server.on('connection', (near) => this.onConnection(near));
  }

  /** A line to the server that a setting (`EVENTSTORE_URL`, `MONGODB_URL`) names. */
  static async to(to: string): Promise<HangingLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HangingLine(new URL(to), server);
  }

  /** The value of the same setting for a client that is to use this line. */
  get url(): string {
    const own = new URL(this.to);
    own.hostname = '127.0.0.1';
    own.port = String((this.server.address() as AddressInfo).port);
    // Otherwise MongoDB's driver would ask for the server's own address and go past the line.
    if (own.protocol === 'mongodb:') own.searchParams.set('directConnection', 'true');
    return own.href;
  }

  hang(): void {
    this.hanging = true;
    this.tellHanging();
  }

  /** Hangs from the message on that contains a text. Resolves when it has come. */
  hangAt(text: string): Promise<void> {
    this.from = text;
    return new Promise((resolve) => (this.tellHanging = resolve));
  }

  /** What was sent meanwhile arrives, in its order. */
  goOn(): void {
    this.hanging = false;
    for (const pass of this.held.splice(0)) pass();
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private onConnection(near: Socket): void {
    const far = connect(Number(this.to.port), this.to.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('data', (chunk: Buffer) => {
        if (one === near && this.from !== undefined && chunk.includes(this.from)) {
          this.from = undefined;
          this.hang();
        }
        this.pass(() => other.write(chunk));
      });
      one.on('end', () => this.pass(() => other.end()));
      // A socket that was cut off reports an error; here it only means that its connection is over.
      one.on('error', () => undefined);
      one.on('close', () => this.sockets.delete(one) && this.pass(() => other.destroy()));
    }
  }

  private pass(work: () => void): void {
    if (this.hanging) this.held.push(work);
    else work();
  }
}
