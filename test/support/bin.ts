// The recycle bin as specs use it over HTTP: puts records into it, restores them, and lists it.
import { randomUUID } from 'node:crypto';
import { pause } from '../../src/supervision/pause';
import type { Answer, App } from './servers/app';

export interface BinEntry {
  readonly id: string;
  readonly name: string | null;
  readonly archivedAt: string;
  readonly archivedBy: { readonly type: string; readonly id: string; readonly email?: string };
  readonly purgeAt: string;
  readonly properties: Readonly<Record<string, string | null>>;
}
export interface BinPage<T> {
  readonly results: readonly T[];
  readonly paging?: { readonly next: { readonly after: string } };
}
export interface BinResult {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: { readonly code: string; readonly message: string; readonly context?: object };
}
export interface BinJob {
  readonly id: string;
  readonly status: string;
  readonly objectType: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly total: number };
}
type Headers = Record<string, string>;
type RestoreAnswer = Answer<{ results: BinResult[]; message: string; category: string } & BinJob>;

export const BIN = '/recycle-bin/v1';

export class Bin {
  /** A function, because specs make a `Bin` before their app is started. */
  constructor(private readonly theApp: () => App) {}

  private get app(): App {
    return this.theApp();
  }

  async create(type: string, properties: object): Promise<string> {
    return (await this.app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id;
  }

  async archive(type: string, id: string, headers?: Headers): Promise<void> {
    await this.app.ok('DELETE', `/crm/v3/objects/${type}/${id}`, undefined, headers);
  }

  /** Creates records in one call and archives them in a second one; answers their ids. */
  async binned(type: string, inputs: readonly object[]): Promise<string[]> {
    const { results } = await this.app.ok('POST', `/crm/v3/objects/${type}/batch/create`, {
      inputs: inputs.map((properties) => ({ properties })),
    });
    const ids = results.map(({ id }) => id);
    await this.app.ok('POST', `/crm/v3/objects/${type}/batch/archive`, { inputs: ids.map((id) => ({ id })) });
    return ids;
  }

  restore(type: string, body: object, headers?: Headers): Promise<RestoreAnswer> {
    return this.app.api('POST', `${BIN}/${type}/restore`, body, headers);
  }

  /** `path` is an object type with a query. */
  async list(path: string): Promise<readonly BinEntry[]> {
    return (await this.app.ok<BinPage<BinEntry>>('GET', `${BIN}/${path}`)).results;
  }

  async ids(path: string): Promise<string[]> {
    return (await this.list(path)).map(({ id }) => id);
  }

  async statusOf(type: string, id: string): Promise<number> {
    return (await this.app.api('GET', `/crm/v3/objects/${type}/${id}`)).status;
  }

  async keyWith(...scopes: string[]): Promise<{ id: string; headers: Headers }> {
    const body = { name: randomUUID(), scopes };
    const { id, token } = await this.app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', body);
    return { id, headers: { authorization: `Bearer ${token}` } };
  }

  async ended(id: string): Promise<BinJob> {
    for (;;) {
      const job = await this.app.ok<BinJob>('GET', `${BIN}/restores/${id}`);
      if (!['QUEUED', 'RUNNING'].includes(job.status)) return job;
      await pause(50);
    }
  }
}
