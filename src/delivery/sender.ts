// Sends one signed request to a receiver and says what has come of it. No redirect is followed, nothing of the answer is
// kept, and no error tells of the address.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AddressRefused, lookupTo } from './addresses';
import { onAbort } from '../supervision/on-abort';

/** A receiver did not take a request. The message is shown to people: it holds no address and quotes no answer. */
export class NotDelivered extends Error {}

export interface SenderOptions {
  readonly privateToo: boolean;
  /** Milliseconds until the status of an answer must have come. */
  readonly answerMs: number;
}

/** Bytes and milliseconds of an answer's body that are waited for, so that its connection can be used again. */
const DRAINED = { bytes: 65_536, ms: 2_000 };
const CONNECTIONS = 8;

export class Sender {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(private readonly options: SenderOptions) {
    const agent = { keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: 2, timeout: 60_000 };
    this.http = new HttpAgent(agent);
    this.https = new HttpsAgent(agent);
  }

  /** Resolves once the receiver has taken it. Rejects with NotDelivered, or with the signal's reason. */
  async post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void> {
    let status: number;
    try {
      status = await this.status(new URL(url), Buffer.from(body), headers, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new NotDelivered(reasonOf(error));
    }
    if (status >= 300 && status < 400)
      throw new NotDelivered(`The receiver answered ${status}: redirects are not followed`);
    if (status < 200 || status >= 300) throw new NotDelivered(`The receiver answered ${status}`);
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private status(
    url: URL,
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<number> {
    const { privateToo, answerMs } = this.options;
    const lookup = lookupTo(url.hostname, privateToo);
    const isPlain = url.protocol === 'http:';
    const late = AbortSignal.timeout(answerMs);
    return new Promise((resolve, reject) => {
      const request = (isPlain ? httpRequest : httpsRequest)(url, {
        method: 'POST',
        agent: isPlain ? this.http : this.https,
        lookup,
        headers: {
          ...{ 'Content-Type': 'application/json', 'User-Agent': 'Strata-Webhooks/1', Accept: '*/*' },
          ...{ 'Content-Length': String(body.length), ...headers },
        },
      });
      const stop = () => request.destroy(signal.aborted ? new Error('aborted') : new TimedOut());
      const forgets = [late, signal].map((reason) => onAbort(reason, stop));
      const over = () => forgets.forEach((forget) => forget());
      request.once('response', (answer) => {
        over();
        drain(answer);
        resolve(answer.statusCode ?? 0);
      });
      // Errors after the answer concern nobody, but must be heard.
      request.on('error', (error) => {
        over();
        reject(error);
      });
      request.end(body);
    });
  }
}

class TimedOut extends Error {}

function drain(answer: IncomingMessage): void {
  let left = DRAINED.bytes;
  const timer = setTimeout(() => answer.destroy(), DRAINED.ms).unref();
  answer.on('data', (chunk: Buffer) => {
    if ((left -= chunk.length) < 0) answer.destroy();
  });
  answer.on('error', () => undefined);
  answer.once('close', () => clearTimeout(timer));
}

function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return 'Its address is private: webhooks may not go there';
  if (error instanceof TimedOut) return 'The receiver did not answer in time';
  const { code } = error as { code?: unknown };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The host of the receiver was not found';
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code)
    ? `The receiver could not be reached, or broke off (${code})`
    : 'The receiver could not be reached, or broke off';
}
