// Creates contacts through several apis at once, in batches of a hundred and as fast as they go: most e-mail addresses
// go to one api only, some to all of them at the same time.
import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../src/eventsourcing/event-store';
import { START } from '../../src/eventsourcing/event-store';

const CONTACTS = '/crm/v3/objects/contacts';
const BATCH = 100;
/** Addresses in each batch that every api is asked to create. */
const SHARED = 4;
/** Batches under way at each api. */
const LANES = 4;

interface Created {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}
interface Conflict {
  readonly message: string;
  readonly category: string;
  readonly context?: { readonly existingObjectId?: readonly string[] };
}
interface BatchAnswer extends Conflict {
  readonly results: readonly Created[];
  readonly errors?: readonly Conflict[];
}

export class Creators {
  readonly run = `c${randomUUID().slice(0, 8)}`;
  /** E-mail addresses of contacts that were acknowledged, by record id. */
  readonly acknowledged = new Map<string, string>();
  readonly wrong: string[] = [];
  /** How many refusals named the holder of an address. */
  named = 0;
  requests = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly token: string,
  ) {}

  /** Creates about `count` addresses. Answers how many there are. */
  async create(count: number): Promise<number> {
    const own = BATCH - SHARED;
    const rounds = Math.ceil(count / (own * this.urls.length + SHARED));
    await Promise.all(
      this.urls.flatMap((url, api) =>
        Array.from({ length: LANES }, async (_, lane) => {
          for (let round = lane; round < rounds; round += LANES) {
            const address = (whose: string, n: number) => `${n}-${round}-${whose}@${this.run}.test`;
            const emails = Array.from({ length: BATCH }, (__, n) =>
              n < SHARED ? address('all', n) : address(`api${api}`, n),
            );
            await this.batch(url, emails);
          }
        }),
      ),
    );
    return rounds * (own * this.urls.length + SHARED);
  }

  /**
   * Creates contacts. For an address that a refusal says is held, checks the holder it names, and does not send it
   * again.
   */
  private async batch(url: string, emails: readonly string[], key = randomUUID()): Promise<void> {
    const inputs = emails.map((email) => ({ properties: { email, city: this.run } }));
    const path = `${url}${CONTACTS}/batch/create`;
    const { status, body } = await this.ask<BatchAnswer>('POST', path, { inputs }, key);
    // Whether it was carried out is not known: under the same key it is, once.
    if (status === 503) return this.batch(url, emails, key);
    if (status === 409) {
      const left = await this.withoutHeld(url, emails, [body]);
      if (left.length > 0) await this.batch(url, left);
      return;
    }
    if (status !== 201 && status !== 207) {
      this.wrong.push(`${status} ${body.message}`);
      return;
    }
    for (const { id, properties } of body.results) {
      if (this.acknowledged.has(id)) this.wrong.push(`${id} was given twice`);
      this.acknowledged.set(id, properties['email']!);
    }
    const created = new Set(body.results.map(({ properties }) => properties['email']));
    const refused = emails.filter((email) => !created.has(email));
    const again = await this.withoutHeld(url, refused, body.errors ?? []);
    if (again.length > 0) await this.batch(url, again);
  }

  /** The addresses without those whose holders the refusals named; each holder named must have one of the addresses. */
  private async withoutHeld(
    url: string,
    emails: readonly string[],
    conflicts: readonly Conflict[],
  ): Promise<string[]> {
    const left = new Set(emails);
    for (const { message, context } of conflicts) {
      const holder = context?.existingObjectId?.[0];
      // The address is about to be taken, nobody knows yet by which contact.
      if (holder === undefined) {
        if (!/try again$/.test(message)) this.wrong.push(message);
        continue;
      }
      this.named++;
      const found = await this.ask<Created>('GET', `${url}${CONTACTS}/${holder}?properties=email`);
      const email = found.body.properties?.['email'] ?? '';
      if (!left.delete(email)) this.wrong.push(`${holder} was named, and has ${email}`);
    }
    return [...left];
  }

  private async ask<T>(
    method: string,
    url: string,
    body?: object,
    key?: string,
  ): Promise<{ status: number; body: T }> {
    this.requests++;
    const response = await fetch(url, {
      method,
      headers: {
        ...{ authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  /** Differences between the contacts in the log and those that were acknowledged. */
  async differences(log: EventStore, expected: number): Promise<string[]> {
    const wrong = [...this.wrong];
    const holders = new Map<string, string>();
    for (let from = START; ;) {
      const { events, end } = await log.readAll(from, 5_000);
      for (const { type, data } of events) {
        if (type !== 'record.created.v1') continue;
        const { recordId, changes } = data as { recordId: string; changes: Record<string, { to: string }> };
        const email = changes['email']?.to;
        if (!email?.endsWith(`@${this.run}.test`)) continue;
        if (holders.has(email)) wrong.push(`${email} is there twice`);
        holders.set(email, recordId);
        if (this.acknowledged.get(recordId) !== email) wrong.push(`${recordId} was told otherwise`);
      }
      if (end) break;
      from = events.at(-1)!.position;
    }
    if (new Set(holders.values()).size !== expected) wrong.push(`${holders.size} of ${expected} are there`);
    if (this.acknowledged.size !== expected) wrong.push(`${this.acknowledged.size} were acknowledged`);
    return wrong;
  }
}
