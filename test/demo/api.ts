// The HTTP client of the demo: the few calls that it makes, as any client would.

export interface Page<T> {
  results: T[];
  paging?: { next?: { after: string } };
}

export interface Progress {
  done: number;
  total: number;
}

export class Api {
  token = '';

  constructor(readonly url: string) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const form = body instanceof FormData;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  async bytes(path: string): Promise<Buffer> {
    const response = await fetch(this.url + path, { headers: { authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Every record of a type with the properties named, in the order of ids. */
  async *records(objectType: string, properties: readonly string[]): AsyncIterable<Record<string, string>[]> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const query = new URLSearchParams({
        limit: '100',
        properties: properties.join(','),
        ...(after && { after }),
      });
      const page: Page<{ id: string; properties: Record<string, string> }> = await this.get(
        `/crm/v3/objects/${objectType}?${query.toString()}`,
      );
      yield page.results.map((record) => ({ ...record.properties, hs_object_id: record.id }));
      after = page.paging?.next?.after;
    }
  }
}
