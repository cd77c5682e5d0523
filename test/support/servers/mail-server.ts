// A mail server that accepts, refuses, hangs or dies, as a test tells it to, and keeps what it accepted.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** `refuse`: the recipient, by a code; `hang`: no greeting; `die`: the connection, once the mail was sent. */
export type Manner = 'accept' | 'hang' | 'die' | { readonly refuse: number };

/** Short, since a test waits for them: a server that hangs is to be given up. */
const TIMEOUTS = 'greetingTimeout=300&connectionTimeout=300&socketTimeout=300';

export class MailServer {
  manner: Manner = 'accept';
  /** Mails that were accepted, as they came. */
  readonly accepted: string[] = [];
  /** What happens once a mail has been accepted, before the client hears of it. */
  beforeAnswer: () => Promise<unknown> = () => Promise.resolve();
  /** Connections that were made. */
  connections = 0;

  private constructor(private readonly server: SMTPServer) {}

  static async start(): Promise<MailServer> {
    const server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false },
      onConnect: (_, callback) => {
        made.connections++;
        if (made.manner !== 'hang') callback();
      },
      onRcptTo: (_, __, callback) => {
        if (typeof made.manner !== 'object') return callback();
        callback(
          Object.assign(new Error('<ada@example.com> is refused'), { responseCode: made.manner.refuse }),
        );
      },
      onData: (stream, _, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (made.manner === 'die') return made.cut();
          made.accepted.push(Buffer.concat(chunks).toString('utf8'));
          void made.beforeAnswer().then(() => callback());
        });
      },
    });
    const made = new MailServer(server);
    server.on('error', () => undefined);
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return made;
  }

  /** For SMTP_URL. */
  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}/?${TIMEOUTS}`;
  }

  /** Cuts all connections. */
  cut(): void {
    for (const { _socket } of this.server.connections) _socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** What a reader of a mail sees. */
export async function readMail(source: string | Uint8Array) {
  const { from, to, subject, messageId, text = '', html = '' } = await PostalMime.parse(source);
  const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!.replaceAll('&amp;', '&'));
  return { from, to: to?.map(({ address }) => address), subject, messageId, text, html, links };
}
