// A line between Strata and a server that can be made to hang, as if the server did: whoever sends something is connected,
// and not heard until it goes on.
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

  /** `to`: the server, by the setting that names it. */
  static async to(to: string): Promise<HangingLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HangingLine(new URL(to), server);
  }

  /** The same setting for whoever is to be on this line. */
  get url(): string {
    const own = new URL(this.to);
    own.hostname = '127.0.0.1';
    own.port = String((this.server.address() as AddressInfo).port);
    // Or the server would say at which address it is better spoken to.
    if (own.protocol === 'mongodb:') own.searchParams.set('directConnection', 'true');
    return own.href;
  }

  hang(): void {
    this.hanging = true;
    this.tellHanging();
  }

  /** From the message to the server on that has a text in it. Resolves when it has come. */
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
      // Whoever was cut off says so; here it means that the connection is over.
      one.on('error', () => undefined);
      one.on('close', () => this.sockets.delete(one) && this.pass(() => other.destroy()));
    }
  }

  private pass(work: () => void): void {
    if (this.hanging) this.held.push(work);
    else work();
  }
}
