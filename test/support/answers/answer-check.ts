// Whether an answer is what the OpenAPI document says: its status, and its body by the schema of that status.
import { readFileSync } from 'node:fs';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { undated } from '../../../src/http/front/dated';
import type { OpenApi } from '../api-document';
import { noteExample } from './example-notes';

interface Route {
  readonly pattern: RegExp;
  /** Of two that fit, the one with fewer parameters is served. */
  readonly parameters: number;
  readonly path: string;
}

const DOCUMENT = 'api';
const pointer = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

function wrongBy(validate: ValidateFunction, body: unknown): string | undefined {
  if (validate(body)) return undefined;
  const said = validate.errors!.map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return said.join('; ');
}

export class AnswerCheck {
  /** `openapi.spec` looks at the document itself; a validator is used a few times at most. */
  private readonly ajv = new Ajv2020({
    ...{ strict: false, validateFormats: false },
    ...{ validateSchema: false, code: { optimize: false } },
  });
  private readonly routes: readonly Route[];
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenApi) {
    this.ajv.addSchema({ ...document, $id: DOCUMENT });
    this.routes = Object.keys(document.paths)
      .map((path) => ({
        ...{ path, parameters: path.split('{').length },
        pattern: new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      }))
      .sort((a, b) => a.parameters - b.parameters);
  }

  /** The path of the operation that serves a request, as the document names it; undefined where it knows none. */
  pathOf(method: string, url: string): string | undefined {
    const path = url.replace(/[?#].*$/, '');
    const served = (one: Route) => this.document.paths[one.path]![method.toLowerCase()] !== undefined;
    return this.routes.find((one) => one.pattern.test(path) && served(one))?.path;
  }

  /** What is wrong with an answer of JSON of an operation; undefined where nothing is. */
  wrongWith(method: string, path: string, status: number, body: unknown): string | undefined {
    const { responses } = this.document.paths[path]![method.toLowerCase()]!;
    const response = responses[status] as { readonly $ref?: string } | undefined;
    if (!response) return `${status} is none of its answers`;
    // Refusals are shared by the operations that can end alike.
    const shared = response.$ref?.split('/').slice(1);
    const at = [
      ...(shared ?? ['paths', path, method.toLowerCase(), 'responses', String(status)]),
      ...['content', 'application/json', 'schema'],
    ];
    const validate = this.compile(`${DOCUMENT}#${pointer(...at)}`, shared ? this.shared(shared) : response);
    return validate ? wrongBy(validate, body) : `${status} has no body of JSON`;
  }

  /** What is wrong with a body that is sent to an operation; undefined where nothing is. */
  wrongRequest(method: string, path: string, body: unknown): string | undefined {
    const at = ['paths', path, method.toLowerCase(), 'requestBody'];
    const { requestBody } = this.document.paths[path]![method.toLowerCase()]!;
    const [type] = Object.keys(requestBody?.content ?? {});
    const ref = `${DOCUMENT}#${pointer(...at, 'content', type ?? '', 'schema')}`;
    return type === undefined ? 'takes none' : wrongBy(this.ajv.compile({ $ref: ref }), body);
  }

  private shared(path: readonly string[]): unknown {
    return path.reduce((of: unknown, name) => (of as Readonly<Record<string, unknown>>)[name], this.document);
  }

  private compile(ref: string, response: unknown): ValidateFunction | undefined {
    const known = this.compiled.get(ref);
    if (known) return known;
    if (!(response as { content?: Record<string, unknown> }).content?.['application/json']) return undefined;
    const made = this.ajv.compile({ $ref: ref });
    this.compiled.set(ref, made);
    return made;
  }
}

let known: AnswerCheck | undefined;
/** The document of this run; undefined where there is none. */
function check(): AnswerCheck | undefined {
  const { API_DOCUMENT } = process.env;
  if (!API_DOCUMENT) return undefined;
  return (known ??= new AnswerCheck(JSON.parse(readFileSync(API_DOCUMENT, 'utf8')) as OpenApi));
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly sent?: unknown;
}

/** Throws where an answer is not what the document of this run says. */
export function requireAsDescribed({ method, url, sent }: Request, status: number, body: unknown): void {
  // Another address of a route may answer with another status: its own published files say so.
  const path = undated(url) === url ? check()?.pathOf(method, url) : undefined;
  if (path === undefined) return;
  const wrong = check()!.wrongWith(method, path, status, body);
  if (status < 300) noteExample(`${method} ${path}`, { request: sent, answer: body });
  if (wrong === undefined) return;
  throw new Error(`${method} ${url}: not as OpenAPI says (node scripts/answers.js renews it): ${wrong}`);
}

/** Notes, for examples, an answer that is no JSON; `text`: what it says, where that has been read. */
export function noteOther({ method, url, sent }: Request, response: Response, text?: string): void {
  const type = response.headers.get('content-type') ?? undefined;
  if (!process.env.WRITE_EXAMPLES || response.status >= 300 || type?.includes('application/json')) return;
  const path = undated(url) === url ? check()?.pathOf(method, url) : undefined;
  const isText = /^text\/|ndjson/.test(type ?? '');
  if (path !== undefined) noteExample(`${method} ${path}`, { request: sent, type, ...(isText && { text }) });
}
