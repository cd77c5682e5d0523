// One request on a connection of its own, of any bytes, and the head of what is answered.
import { connect } from 'node:net';

export interface Sent {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As latin1: any bytes can be shown, and kept among the found ones. */
  readonly body?: string | undefined;
}

export interface Heard {
  /** 0 where the connection was closed without an answer. */
  readonly status: number;
  readonly correlationId: string | undefined;
}

const PATIENCE_MS = 60_000;

/** Resolves with the head: who has it may leave, and with large answers or those without an end leaves half-way. */
export function exchange(url: string, { method, target, headers, body }: Sent): Promise<Heard> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let head = '';
    const late = setTimeout(() => end(new Error('There was no answer')), PATIENCE_MS);
    const end = (error?: Error) => {
      clearTimeout(late);
      socket.destroy();
      if (error) return reject(error);
      resolve({
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
        correlationId: /\r\nx-correlation-id: ([^\r]+)/i.exec(head)?.[1],
      });
    };
    const isWhole = () => {
      const bodyAt = head.indexOf('\r\n\r\n') + 4;
      const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, bodyAt))?.[1];
      return bodyAt > 3 && (length === undefined || head.length - bodyAt >= Math.min(Number(length), 65_536));
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      head += text;
      if (isWhole()) end();
    });
    // A server that answers before all of a body has come may reset the connection: what it said counts.
    socket.on('error', () => undefined).on('close', () => end());
    const lines = [
      `${method} ${target} HTTP/1.1`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      '',
      '',
    ];
    socket.write(Buffer.from(lines.join('\r\n') + (body ?? ''), 'latin1'));
  });
}
