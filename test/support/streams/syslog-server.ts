// A syslog server over TCP or TLS that a test tells to hang, to die or to close early, and that keeps what it has read. It
// takes octet counting (RFC 6587, RFC 5425) and messages of RFC 5424, and nothing else.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { pause } from '../../../src/supervision/pause';

export function readFrames(bytes: Buffer): { messages: string[]; rest: Buffer } {
  const messages: string[] = [];
  let rest = bytes;
  for (;;) {
    const space = rest.indexOf(0x20);
    if (space < 0) return { messages, rest };
    const digits = rest.subarray(0, space).toString('latin1');
    if (!/^[1-9]\d{0,7}$/.test(digits)) throw new Error('A frame begins with no length');
    const end = space + 1 + Number(digits);
    if (rest.length < end) return { messages, rest };
    messages.push(rest.subarray(space + 1, end).toString('utf8'));
    rest = rest.subarray(end);
  }
}

export interface SyslogMessage {
  readonly priority: number;
  readonly timestamp: string;
  readonly hostname: string;
  readonly app: string;
  readonly id: string;
  readonly text: string;
}

const MESSAGE =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) - ([\x21-\x7e]{1,32}) - (.*)$/s;

export function readMessage(message: string): SyslogMessage {
  const [, priority, timestamp, hostname, app, id, text] = MESSAGE.exec(message) ?? [];
  if (text === undefined) throw new Error('No message of RFC 5424');
  return {
    ...{ priority: Number(priority), timestamp: timestamp!, hostname: hostname!, app: app!, id: id! },
    text,
  };
}

/** `take`: reads and, at the end, closes; `hang`: reads nothing; `drop`: breaks off after some bytes. */
export type Manner = 'take' | 'hang' | 'drop';

export class SyslogServer {
  manner: Manner = 'take';
  readonly messages: SyslogMessage[] = [];
  readonly wrong: string[] = [];
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(
    options: { readonly port?: number; readonly tls?: TlsOptions } = {},
  ): Promise<SyslogServer> {
    const accept = (socket: Socket) => self.serve(socket);
    const server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
    server.on('tlsClientError', () => undefined);
    await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening');
    const self = new SyslogServer(server, (server.address() as AddressInfo).port);
    return self;
  }

  /** As a process that is killed: what it has not read is lost, and the kernel resets connections that hold any. */
  async die(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  get texts(): string[] {
    return this.messages.map(({ text }) => text);
  }

  async until(holds: (server: this) => boolean, ms = 120_000): Promise<void> {
    const deadline = Date.now() + ms;
    while (!holds(this)) {
      if (Date.now() > deadline) throw new Error(`The server has ${this.messages.length} messages`);
      await pause(10);
    }
  }

  private serve(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.manner === 'hang') return void socket.pause();
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      if (this.manner === 'drop') return void socket.destroy();
      try {
        const read = readFrames(Buffer.concat([rest, chunk]));
        rest = read.rest;
        this.messages.push(...read.messages.map(readMessage));
      } catch (error) {
        this.wrong.push((error as Error).message);
        socket.destroy();
      }
    });
    socket.once('end', () => socket.end());
  }
}
