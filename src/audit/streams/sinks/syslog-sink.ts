// Sends entries to a syslog server over TCP or TLS. Syslog has no answer by which a receiver says what it has taken, and
// what lies unread at a receiver that dies is lost: so a batch has a connection of its own, is followed by our end, and
// counts as taken once the receiver, having read to that end, closes, too. One that dies with something unread resets.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { addressOf, AddressRefused, lookupTo } from '../../../delivery/addresses';
import { NotDelivered } from '../../../delivery/sender';
import type { SyslogTarget } from '../stream-grants';
import type { Line, Sink } from './sink';
import { syslogFrame, syslogMessage } from './syslog-frames';
import { onAbort } from '../../../supervision/on-abort';

export interface SyslogOptions {
  readonly privateToo: boolean;
  /** Milliseconds in which the receiver must get on: connect, take what is written, close. */
  readonly answerMs: number;
  readonly hostname: string;
}

class Reason extends Error {}

export class SyslogSink implements Sink {
  constructor(
    private readonly target: SyslogTarget,
    private readonly options: SyslogOptions,
  ) {}

  async send(lines: readonly Line[], signal: AbortSignal): Promise<void> {
    const { facility } = this.target;
    const { hostname } = this.options;
    const frames = lines.map((line) => syslogFrame(syslogMessage(line, { facility, hostname })));
    let socket: Socket | undefined;
    try {
      socket = this.connect();
      await delivered(socket, Buffer.concat(frames), this.options.answerMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new NotDelivered(reasonOf(error));
    } finally {
      socket?.destroy();
    }
  }

  close(): void {
    // No connection outlives its batch.
  }

  private connect(): Socket {
    const { host, port, tls } = this.target;
    const to = { host, port, lookup: lookupTo(host, this.options.privateToo) };
    if (!tls) return connectTcp(to);
    const { ca, cert, key, serverName } = tls;
    const servername = serverName ?? (addressOf(host) === undefined ? host : undefined);
    return connectTls({
      ...{ ...to, minVersion: 'TLSv1.2' },
      ...(servername !== undefined && { servername }),
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert, key }),
    });
  }
}

function delivered(socket: Socket, bytes: Buffer, answerMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let isWritten = false;
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const stop = () => fail(new Reason('aborted'));
    const forget = onAbort(signal, stop);
    // Whatever comes of it, the listener must not outlive the connection.
    socket.once('close', () => {
      forget();
      reject(new Reason('The receiver broke off'));
    });
    socket.setTimeout(answerMs, () =>
      fail(
        new Reason(
          isWritten
            ? 'The receiver did not close the connection: whether it has read everything is not known'
            : 'The receiver did not take it in time',
        ),
      ),
    );
    socket.once('error', fail);
    socket.once('end', () =>
      isWritten ? resolve() : fail(new Reason('The receiver broke off before it had read everything')),
    );
    // What a receiver says is not looked at, but its end comes behind it.
    socket.resume();
    socket.write(bytes, (error) => {
      if (error) return;
      isWritten = true;
      socket.end();
    });
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return 'Its address is private: streams may not go there';
  if (error instanceof Reason) return error.message;
  const { code } = error as { code?: unknown };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The host of the receiver was not found';
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code)
    ? `The receiver could not be reached, or broke off (${code})`
    : 'The receiver could not be reached, or broke off';
}
