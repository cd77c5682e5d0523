// Speaks to a server by its API, for commands that need one: where it is and as whom, what it answers and refuses.
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { clientSettings } from '../../config';
import { NotTrue, UsedWrongly, type Ask, type Given } from '../command';
import { storedLogin } from './stored-logins';

export const serverOptions = { url: { type: 'string' } } as const;

export const serverHelp = [
  'STRATA_URL, or --url, is where the server is, such as https://crm.example.com; left out, it is the one that was logged',
  'in to last. STRATA_TOKEN is an API key for it; left out, the login that strata login has kept counts. Both settings',
  'are also read from .env.',
];

export const jsonOptions = { json: { type: 'boolean' } } as const;
export const jsonHelp = '  --json  print what the server has answered, as one line of JSON, in place of text';

/** The server has refused what was asked for; the message is the line that is printed. */
export class Refused extends NotTrue {
  constructor(
    message: string,
    readonly status: number,
    readonly subCategory: string | undefined,
  ) {
    super(message);
  }
}

interface Refusal {
  readonly message?: string;
  readonly subCategory?: string;
  readonly errors?: readonly { readonly message?: string }[];
}

/** The part of a form that is a file. */
export interface FilePart {
  readonly part: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** Bytes of it that are sent, from its beginning; left out, it is sent whole. */
  readonly bytes?: number;
}

type Sent = ReturnType<typeof overHttp>;
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly send?: (request: Sent) => Promise<void>;
}

/** The address of the server that is meant, without a slash at its end. Throws UsedWrongly. */
export function addressOf({ url }: Given): string {
  const at = typeof url === 'string' ? url : (clientSettings().url ?? storedLogin()?.url);
  if (at === undefined) throw new UsedWrongly('STRATA_URL: is missing: where the server is');
  if (!/^https?:\/\//.test(at) || !URL.canParse(at))
    throw new UsedWrongly('STRATA_URL: is no address of a server, such as https://crm.example.com');
  return new URL(at).href.replace(/\/$/, '');
}

export class ServerClient {
  private constructor(
    readonly url: string,
    private readonly token: string | undefined,
    /** Present where a session asks, which may have to prove again who it is. */
    private readonly ask?: Ask,
  ) {}

  /** Asks with the API key of the settings, or the login that was kept. Throws UsedWrongly where there is neither. */
  static of(given: Given, ask: Ask): ServerClient {
    const url = addressOf(given);
    const { token } = clientSettings();
    if (token !== undefined) return new ServerClient(url, token);
    const login = storedLogin(url);
    if (!login)
      throw new UsedWrongly('STRATA_TOKEN: is missing: an API key for the server; or log in: strata login');
    return new ServerClient(url, login.accessToken, ask);
  }

  /** Asks with a token, or as anybody. */
  static as(url: string, token?: string): ServerClient {
    return new ServerClient(url, token);
  }

  get<T>(path: string): Promise<T> {
    return this.json<T>({ method: 'GET', path });
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    const sent = Buffer.from(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'content-length': sent.length };
    return this.json<T>({ method: 'POST', path, headers, send: async (request) => void request.end(sent) });
  }

  /** Sends a file as a part of a form, as it is read: it may be larger than the memory. */
  async sendFile<T>(path: string, fields: Readonly<Record<string, string>>, file: FilePart): Promise<T> {
    const boundary = `strata-${randomUUID()}`;
    const part = (head: string) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`;
    const before = [
      ...Object.entries(fields).map(([field, value]) => `${part(`name="${field}"`)}\r\n${value}\r\n`),
      part(`name="${file.part}"; filename="${file.name.replace(/["\r\n]/g, '_')}"`),
      `content-type: ${file.type}\r\n\r\n`,
    ].join('');
    const after = `\r\n--${boundary}--\r\n`;
    const size = file.bytes ?? (await stat(file.path)).size;
    const headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': Buffer.byteLength(before) + size + Buffer.byteLength(after),
    };
    return this.json<T>({
      ...{ method: 'POST', path, headers },
      send: async (request) => {
        request.write(before);
        if (size > 0) await pipeline(createReadStream(file.path, { end: size - 1 }), request, { end: false });
        request.end(after);
      },
    });
  }

  /** Writes what is answered to a file that only its owner reads; it is there when it is whole. Throws where it is there. */
  async download(path: string, to: string): Promise<void> {
    if (await stat(to).catch(() => undefined)) throw new UsedWrongly(`${to}: is there already`);
    const half = `${to}.${randomUUID().slice(0, 8)}.part`;
    try {
      await this.answered({ method: 'GET', path }, (response) =>
        pipeline(response, createWriteStream(half, { mode: 0o600, flags: 'wx' })),
      );
      await rename(half, to);
    } finally {
      await rm(half, { force: true });
    }
  }

  private json<T>(request: Request): Promise<T> {
    return this.answered(request, async (response) => parsed(await text(response)) as T);
  }

  /** Where a session must be proved again, whoever sits there is asked, and then the request is sent once more. */
  private async answered<T>(request: Request, read: (response: IncomingMessage) => Promise<T>): Promise<T> {
    try {
      return await this.answeredOnce(request, read);
    } catch (error) {
      const mayProve = this.ask && error instanceof Refused && error.subCategory === 'STEP_UP_REQUIRED';
      if (!mayProve) throw error;
      const question = 'A code of your second factor, or, where you have none, your password: ';
      const proof = await this.ask(question, { hidden: true });
      const given = /^\d{6}$/.test(proof) ? { totp: proof } : { password: proof };
      await ServerClient.as(this.url, this.token).post('/auth/v1/step-up', given);
      return this.answeredOnce(request, read);
    }
  }

  private async answeredOnce<T>(
    { method, path, headers = {}, send = async (request) => void request.end() }: Request,
    read: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const target = new URL(path.slice(1), `${this.url}/`);
    const begin = target.protocol === 'https:' ? overHttps : overHttp;
    const authorization = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = begin(target, { method, headers: { ...authorization, ...headers } }, resolve);
      request.on('error', reject);
      // A server that refuses may answer before it has read the whole: its answer counts.
      send(request).catch(() => undefined);
    }).catch((error: NodeJS.ErrnoException) => {
      throw new NotTrue(`${target.origin}: cannot be reached (${error.code ?? error.message})`);
    });
    const status = response.statusCode ?? 0;
    if (status < 300) return read(response);
    const refusal = parsed(await text(response)) as Refusal;
    const { message = 'is no answer of Strata', errors = [], subCategory } = refusal;
    const more = errors.flatMap((one) => (one.message && one.message !== message ? [one.message] : []));
    const line = [message, ...more.slice(0, 5)].join('; ');
    throw new Refused(`${method} ${target.pathname}: ${status} ${line}`, status, subCategory);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return {};
  }
}
