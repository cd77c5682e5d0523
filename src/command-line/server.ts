// Speaks to a server by its API, for commands that need one: where it is and as whom, what it answers and refuses.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { clientSettings } from '../config';
import { NotTrue, UsedWrongly, type Given } from './command';

export const serverOptions = { url: { type: 'string' } } as const;

export const serverHelp = [
  'STRATA_URL, or --url, is where the server is, such as https://crm.example.com, and STRATA_TOKEN an API key for it.',
  'Both are also read from .env.',
];

export class ServerClient {
  private constructor(
    private readonly url: URL,
    private readonly token: string,
  ) {}

  static of({ url }: Given): ServerClient {
    const settings = clientSettings();
    const at = typeof url === 'string' ? url : settings.url;
    if (at === undefined) throw new UsedWrongly('STRATA_URL: is missing: where the server is');
    if (!/^https?:\/\//.test(at) || !URL.canParse(at))
      throw new UsedWrongly('STRATA_URL: is no address of a server, such as https://crm.example.com');
    if (!settings.token) throw new UsedWrongly('STRATA_TOKEN: is missing: an API key for the server');
    return new ServerClient(new URL(at), settings.token);
  }

  get<T>(path: string): Promise<T> {
    return this.answered<T>('GET', path, {}, async (request) => void request.end());
  }

  /** Sends a file as the part `file` of a form, as it is read: it may be larger than the memory. */
  async sendFile<T>(
    path: string,
    fields: Readonly<Record<string, string>>,
    file: string,
    name: string,
  ): Promise<T> {
    const boundary = `strata-${randomUUID()}`;
    const part = (head: string) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`;
    const before = [
      ...Object.entries(fields).map(([field, value]) => `${part(`name="${field}"`)}\r\n${value}\r\n`),
      `${part(`name="file"; filename="${name.replace(/["\r\n]/g, '_')}"`)}content-type: application/zip\r\n\r\n`,
    ].join('');
    const after = `\r\n--${boundary}--\r\n`;
    const { size } = await stat(file);
    const headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': Buffer.byteLength(before) + size + Buffer.byteLength(after),
    };
    return this.answered<T>('POST', path, headers, async (request) => {
      request.write(before);
      await pipeline(createReadStream(file), request, { end: false });
      request.end(after);
    });
  }

  private async answered<T>(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    send: (request: ReturnType<typeof overHttp>) => Promise<void>,
  ): Promise<T> {
    const target = new URL(path.slice(1), this.url.href.replace(/\/?$/, '/'));
    const begin = target.protocol === 'https:' ? overHttps : overHttp;
    const options = { method, headers: { authorization: `Bearer ${this.token}`, ...headers } };
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const request = begin(target, options, (response: IncomingMessage) => {
        text(response).then((read) => resolve({ status: response.statusCode ?? 0, body: read }), reject);
      });
      request.on('error', reject);
      // A server that refuses may answer before it has read the whole: its answer counts.
      send(request).catch(() => undefined);
    }).catch((error: NodeJS.ErrnoException) => {
      throw new NotTrue(`${this.url.origin}: cannot be reached (${error.code ?? error.message})`);
    });
    const read = parsed(body) as T & { readonly message?: string };
    if (status < 300) return read;
    throw new NotTrue(`${method} ${target.pathname}: ${status} ${read.message ?? 'is no answer of Strata'}`);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return {};
  }
}
