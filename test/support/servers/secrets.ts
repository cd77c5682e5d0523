// Remembers the secrets that a suite uses, by what it sends and is answered, and finds them where none may be: in lines
// of the log, errors, metrics, mails and events with the names of their streams.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import type { EventStore } from '../../../src/eventsourcing/event-store';

type Kind = 'password' | 'token' | 'code' | 'secret' | 'link' | 'setting';

/** Names of fields of bodies under these paths, by what they hold. */
const PATHS = /^\/(auth|settings)\//;
const FIELDS: Readonly<Record<string, Kind>> = {
  ...{ password: 'password', current: 'password', new: 'password' },
  ...{ accessToken: 'token', token: 'token', deviceToken: 'token', csrfToken: 'token', assertion: 'token' },
  ...{ totp: 'code', recoveryCode: 'code', recoveryCodes: 'code', secret: 'secret' },
};
const SECRET_SETTINGS = ['BOOTSTRAP_ADMIN_PASSWORD', 'MASTER_KEY', 'METRICS_TOKEN'];
/** Shorter passwords are none: specs try words that messages use, too. */
const SHORTEST_PASSWORD = 12;
/** What no suite need have seen: a token of ours, and what is kept of a password. */
const LINKS = /\b(?:token|signature)=([\w.-]+)/g;
const PAGE = 1_000;
const SHAPES = /strata-[a-z]+-[\w-]*[0-9a-f]{64}|\$argon2\w*\$/;

export class Secrets {
  private readonly known = new Map<string, Kind>();
  /** Bodies of answers that were errors. */
  private readonly errors = new Set<string>();

  constructor(settings: Readonly<Record<string, string | undefined>>) {
    for (const name of SECRET_SETTINGS) this.remember('setting', settings[name] ?? '');
  }

  /** How many of each kind are known. */
  get kinds(): Readonly<Partial<Record<Kind, number>>> {
    const count: Partial<Record<Kind, number>> = {};
    for (const kind of this.known.values()) count[kind] = (count[kind] ?? 0) + 1;
    return count;
  }

  sent(path: string, headers: Readonly<Record<string, string>>, body: unknown): void {
    for (const [, value] of path.matchAll(LINKS)) this.remember('link', value!);
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (token) this.remember('token', token);
    for (const [, value] of (headers.cookie ?? '').matchAll(/strata-session=([^;]+)/g))
      this.remember('token', value!);
    this.remember('token', headers['x-strata-csrf'] ?? '');
    if (typeof body === 'string' && PATHS.test(path)) this.fields(body);
  }

  answered(path: string, status: number, text: string): void {
    if (status >= 400) this.errors.add(text);
    else if (PATHS.test(path)) this.fields(text);
    else for (const [, value] of text.matchAll(LINKS)) this.remember('link', value!);
  }

  /** The mails of an outbox. They hand on the tokens of the links in them, to nobody but their reader. */
  async leaksOfMails(outbox: string): Promise<string[]> {
    const files = existsSync(outbox) ? readdirSync(outbox).filter((name) => name.endsWith('.eml')) : [];
    const texts = await Promise.all(files.map((name) => textOfMail(readFileSync(join(outbox, name)))));
    const text = texts.join('\n');
    for (const [, token] of text.matchAll(LINKS)) this.remember('link', token!);
    return this.leaksIn('a mail', text.replace(LINKS, ''));
  }

  async leaksOfEvents(log: EventStore, after: bigint): Promise<string[]> {
    const found = new Set<string>();
    for (let from = after; ;) {
      const { events, end } = await log.readAll(from, PAGE);
      const text = events.map(({ stream, data, meta }) => JSON.stringify([stream, data, meta])).join('\n');
      for (const leak of this.leaksIn('an event', text)) found.add(leak);
      if (end || events.length === 0) return [...found];
      from = events.at(-1)!.position;
    }
  }

  leaksOfErrors(): string[] {
    return this.leaksIn('an error', [...this.errors].join('\n'));
  }

  /** What of all that is known stands in a text, told without telling the secret itself. */
  leaksIn(where: string, text: string): string[] {
    const found = SHAPES.test(text) ? [`something of the shape of a secret in ${where}`] : [];
    for (const [secret, kind] of this.known)
      if (holds(text, secret)) found.push(`a ${kind} (${secret.length} characters) in ${where}`);
    return found;
  }

  private fields(text: string): void {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return;
    }
    this.fieldsOf(body);
  }

  private fieldsOf(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const kind = FIELDS[name];
      const texts = [inner].flat().filter((one): one is string => typeof one === 'string');
      if (kind) for (const one of texts) this.remember(kind, one);
      this.fieldsOf(inner);
    }
  }

  private remember(kind: Kind, value: string): void {
    if (value === '' || (kind === 'password' && value.length < SHORTEST_PASSWORD)) return;
    if (kind === 'code' && !/^\d{6}$|-/.test(value)) return;
    // The part that nobody can guess is enough to have leaked.
    const secret = /[0-9a-f]{64}$/.exec(value)?.[0] ?? value;
    if (kind !== 'token' || secret.length >= SHORTEST_PASSWORD) this.known.set(secret, kind);
  }
}

async function textOfMail(file: Uint8Array): Promise<string> {
  const { headers, subject, text, html } = await PostalMime.parse(file);
  return [JSON.stringify(headers), subject, text, html].join('\n');
}

/** Six digits are a code where they stand for themselves, not within a number. */
const holds = (text: string, secret: string): boolean =>
  text.includes(secret) &&
  (!/^\d{6}$/.test(secret) || new RegExp(`(?<![\\w.-])${secret}(?![\\w.-])`).test(text));
