// Streams of the audit log of an application, and what specs do with them.
import { randomUUID } from 'node:crypto';
import { streamTimes } from '../../../src/audit/streams/stream-times';
import type { App } from '../servers/app';

export const STREAMS = '/audit/v1/streams';
const CONTACTS = '/crm/v3/objects/contacts';

export interface StreamJson {
  readonly id: string;
  readonly name: string;
  readonly secret?: string;
  readonly paused: boolean;
  readonly filter: Readonly<Record<string, string>>;
  readonly delivery: {
    readonly position: string;
    readonly lag: string;
    readonly sentPosition: string | null;
    readonly down: boolean;
    readonly lastError: { readonly reason: string } | null;
  };
}

/** An entry, as far as specs look at it. */
export interface EntryJson {
  readonly id: string;
  readonly position: string;
  readonly category: string;
  readonly action: string;
  readonly summary: string;
  readonly target?: { readonly type: string; readonly id: string; readonly label?: string };
  readonly changes?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
  readonly erased?: true;
}

/** Times that a test can wait for. */
export function hurryStreams(times: Partial<typeof streamTimes> = {}): void {
  const soon = { answerMs: 400, lookMs: 20, downMs: { least: 20, most: 100 }, keptMs: 20 };
  Object.assign(streamTimes, { ...soon, ...times });
}

export class Streaming {
  constructor(readonly app: App) {}

  make(wished: object): Promise<StreamJson> {
    return this.app.ok('POST', STREAMS, { name: 'To the SIEM', format: 'json', ...wished });
  }

  read(id: string): Promise<StreamJson> {
    return this.app.ok('GET', `${STREAMS}/${id}`);
  }

  change(id: string, body: object): Promise<StreamJson> {
    return this.app.ok('PATCH', `${STREAMS}/${id}`, body);
  }

  /** Ends all streams. */
  async end(): Promise<void> {
    const { results } = await this.app.ok('GET', `${STREAMS}?limit=200`);
    for (const { id } of results) await this.app.ok('DELETE', `${STREAMS}/${id}`);
  }

  /** Resolves once what is told of a stream is so. */
  async until(id: string, holds: (told: StreamJson) => boolean, ms = 120_000): Promise<StreamJson> {
    const deadline = Date.now() + ms;
    for (;;) {
      const told = await this.read(id);
      if (holds(told)) return told;
      if (Date.now() > deadline) throw new Error(`The stream stays ${JSON.stringify(told)}`);
    }
  }

  /** Resolves once all that is written now was sent. */
  async caughtUp(id: string): Promise<StreamJson> {
    const head = await this.app.engine.eventStore.head();
    return this.until(id, ({ delivery }) => BigInt(delivery.position) >= head);
  }

  async contact(properties: Record<string, string> = {}): Promise<string> {
    const email = `${randomUUID()}@example.com`;
    return (await this.app.ok('POST', CONTACTS, { properties: { email, ...properties } })).id;
  }

  async moveTo(id: string, city: string): Promise<void> {
    await this.app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { city } });
  }
}
