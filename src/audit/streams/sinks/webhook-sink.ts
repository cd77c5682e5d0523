// Posts entries to a receiver of webhooks, signed as webhooks are.
import { Sender, type SenderOptions } from '../../../delivery/sender';
import { signedHeaders } from '../../../delivery/signature';
import type { WebhookTarget } from '../stream-grants';
import type { StreamFormat } from '../stream.vocabulary';
import type { Line, Sink } from './sink';

export class WebhookSink implements Sink {
  private readonly sender: Sender;
  private readonly asList: boolean;

  constructor(
    private readonly streamId: string,
    private readonly target: WebhookTarget,
    format: StreamFormat,
    options: SenderOptions,
  ) {
    this.sender = new Sender(options);
    this.asList = target.batch === 'array' && format !== 'cef';
  }

  async send(lines: readonly Line[], signal: AbortSignal): Promise<void> {
    const { url, secret, headers } = this.target;
    const texts = lines.map(({ text }) => text);
    const body = this.asList ? `[${texts.join(',')}]` : `${texts.join('\n')}\n`;
    const own = {
      'Content-Type': this.asList ? 'application/json' : 'text/plain; charset=utf-8',
      'X-Strata-Stream': this.streamId,
      ...signedHeaders({ secret }, url, body, new Date()),
    };
    await this.sender.post(url, body, { ...headers, ...own }, signal);
  }

  close(): void {
    this.sender.close();
  }
}
