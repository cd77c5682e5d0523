// One call of a published operation: sent over HTTP, and held against what the file says of question and answer.
import type { AnyJson, App, Body } from '../support/servers/app';
import type { Operation } from './published';

export interface Asked {
  /** Path parameters, in the order of the path. */
  readonly path?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it must answer with. A question that is answered with an error need not be as published. */
  readonly status: number;
}

export type Call = <T = AnyJson>(asked: Asked) => Promise<T>;

const asksOnly = ({ method, path }: Operation) => method === 'GET' || /\/(search|batch\/read)$/.test(path);

/**
 * Throws on the first thing that is not as published. `seen` gathers the statuses that were answered; `statusOf` says
 * with which an operation answers that is asked as another one.
 */
export const calling =
  (app: App, operation: Operation, seen: Set<string>, statusOf = (status: number) => status): Call =>
  async <T>({ path = [], query = {}, body, headers, ...asked }: Asked): Promise<T> => {
    const status = statusOf(asked.status);
    const url = urlOf(operation.path, path, query);
    if (status < 300) checkQuestion(operation, query, body);
    const answer = await app.api<T>(operation.method, url, body, headers);
    const where = `${operation.method} ${url}`;
    const shown = `${answer.status} ${JSON.stringify(answer.body)}`;
    if (answer.status !== status) throw new Error(`${where}: expected ${status}, answered ${shown}`);
    const published = operation.answers.has(String(status)) ? String(status) : 'default';
    if (published === 'default' && status < 300) throw new Error(`${where}: ${status} is not published`);
    const check = operation.answers.get(published);
    seen.add(published === 'default' ? 'error' : published);
    if (check) demand(check(answer.body), `${where}: ${shown}`);
    else if (answer.body !== '') throw new Error(`${where}: there should be no body: ${shown}`);
    if (status < 300 && !asksOnly(operation) && !nothingDone(answer.body))
      demand(
        /^\d+$/.test(answer.headers.get('x-strata-position') ?? '') ? [] : [shown],
        `${where}: a write without X-Strata-Position`,
      );
    return answer.body;
  };

/** A batch of which every input was refused. */
const nothingDone = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'results' in body && (body.results as unknown[]).length === 0;

function checkQuestion(operation: Operation, query: Asked['query'], body: Body | undefined): void {
  const unknown = Object.keys(query ?? {}).filter((name) => !operation.query.has(name));
  demand(unknown, `${operation.key}: query parameters that are not published`);
  const missing = [...operation.query].filter(([name, { required }]) => required && !query?.[name]);
  demand(missing.map(String), `${operation.key}: query parameters that are required`);
  if (operation.body) demand(operation.body(body), `${operation.key}: the body is not as published`);
  else if (body !== undefined && operation.mediaType !== 'multipart/form-data')
    throw new Error(`${operation.key} takes no body`);
}

function demand(problems: readonly string[], where: string): void {
  if (problems.length > 0) throw new Error(`${where}\n  ${problems.join('\n  ')}`);
}

export function urlOf(path: string, values: readonly string[], query: Readonly<Record<string, string>> = {}) {
  const left = [...values];
  const filled = path.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? 'unknown'));
  const search = new URLSearchParams(query).toString();
  return search ? `${filled}?${search}` : filled;
}
