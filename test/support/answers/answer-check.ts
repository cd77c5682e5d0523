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
    const known = String(status) in responses ? String(status) : status >= 400 ? 'default' : undefined;
    if (known === undefined) return `${status} is none of its answers`;
    const at = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      known,
      'content',
      'application/json',
      'schema',
    ];
    const validate = this.compile(`${DOCUMENT}#${pointer(...at)}`, responses[known]);
    if (!validate) return `${status} has no body of JSON`;
    if (validate(body)) return undefined;
    return validate
      .errors!.map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      )
      .join('; ');
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

let check: AnswerCheck | undefined;

/** Throws where an answer is not what the document of this run says. */
export function requireAsDescribed(
  { method, url, sent }: { readonly method: string; readonly url: string; readonly sent?: unknown },
  status: number,
  body: unknown,
): void {
  const { API_DOCUMENT } = process.env;
  if (!API_DOCUMENT) return;
  // Another address of a route may answer with another status: its own published files say so.
  if (undated(url) !== url) return;
  check ??= new AnswerCheck(JSON.parse(readFileSync(API_DOCUMENT, 'utf8')) as OpenApi);
  const path = check.pathOf(method, url);
  if (path === undefined) return;
  const wrong = check.wrongWith(method, path, status, body);
  if (status < 300) noteExample(`${method} ${path}`, sent, body);
  if (wrong === undefined) return;
  throw new Error(`${method} ${url}: not as OpenAPI says (node scripts/answers.js renews it): ${wrong}`);
}
