// A receiver of webhooks that takes, refuses, hangs, redirects or is slow, as a test tells it to, keeps what it took, and
// checks each signature by the verifier of the official client.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Signature } from '@hubspot/api-client';
import { pause } from '../../../src/supervision/pause';

/** A message, as far as specs look at it. */
export interface TakenMessage {
  readonly eventId: number;
  readonly subscriptionId: number;
  readonly subscriptionType: string;
  readonly attemptNumber: number;
  readonly objectId: number;
  readonly position: string;
  readonly propertyName?: string;
  readonly propertyValue?: string;
  readonly withheld?: string;
  readonly changeSource?: string;
  readonly toObjectId?: number;
  readonly associationRemoved?: boolean;
}

export type Reply = number | 'hang' | { readonly redirect: string };

export class WebhookReceiver {
  /** How a request is answered. */
  answer: (messages: readonly TakenMessage[]) => Reply | Promise<Reply> = () => 200;
  /** The secrets that it knows. */
  secrets: string[] = [];
  /** Messages that were answered with 200, in the order of the answers. */
  readonly taken: TakenMessage[] = [];
  /** Sizes of all requests, in messages. */
  readonly requests: number[] = [];
  readonly wrong: string[] = [];
  /** Requests that it has in hand and does not answer. */
  hanging = 0;
  private readonly watchers = new Set<() => void>();

  private constructor(private readonly server: Server) {}

  static async start(port = 0): Promise<WebhookReceiver> {
    const server = createServer((request, response) => void receiver.receive(request, response));
    const receiver = new WebhookReceiver(server);
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook?token=abc%20d`;
  }

  /** Resolves once what it took, or was asked, is so. */
  async until(holds: (receiver: this) => boolean, ms = 20_000): Promise<void> {
    const deadline = Date.now() + ms;
    while (!holds(this)) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`The receiver has ${this.taken.length} messages of ${this.requests.length} requests`);
      const woken = new AbortController();
      const wake = () => woken.abort();
      this.watchers.add(wake);
      await pause(left, woken.signal);
      this.watchers.delete(wake);
    }
  }

  of(objectId: string): TakenMessage[] {
    return this.taken.filter((one) => one.objectId === Number(objectId));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks).toString('utf8');
    this.check(request, body);
    // Some bodies are one message.
    const messages = [JSON.parse(body) as TakenMessage | TakenMessage[]].flat();
    this.requests.push(messages.length);
    this.wake();
    const reply = await this.answer(messages);
    if (response.destroyed) return;
    if (reply === 'hang') {
      this.hanging++;
      response.once('close', () => this.hanging--);
      return this.wake();
    }
    if (typeof reply === 'object') return void response.writeHead(302, { location: reply.redirect }).end();
    if (reply < 300) this.taken.push(...messages);
    response.writeHead(reply).end('taken');
    this.wake();
  }

  private check({ headers, method, url }: IncomingMessage, requestBody: string): void {
    const timestamp = Number(headers['x-hubspot-request-timestamp']);
    const signatures = [headers['x-hubspot-signature-v3'], headers['x-strata-signature-v3-previous']];
    const isValid = this.secrets.some((clientSecret) =>
      signatures.some(
        (signature) =>
          typeof signature === 'string' &&
          Signature.isValid({
            ...{ signatureVersion: 'v3', signature, clientSecret, requestBody, timestamp },
            method: method!,
            url: `http://${headers.host}${url}`,
          }),
      ),
    );
    if (!isValid) this.wrong.push(`${method} ${url} at ${timestamp}`);
  }

  private wake(): void {
    for (const wake of this.watchers) wake();
  }
}
