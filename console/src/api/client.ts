// Speaks to the server: one typed client for all pages. Two answers are met here, so that no page has to: a session that
// has ended and an act that asks who one is are settled in place, then the request goes out again, and nothing typed is lost.
import createClient from 'openapi-fetch';
import { ApiError, bodyOf, NoAnswer, type ErrorBody } from './errors';
import type { components, paths } from './generated';
import { askForStepUp, askToSignIn } from './interruptions';
import { noteReached } from './reach';

export type Schemas = components['schemas'];

const CSRF = 'X-Strata-CSRF';
const POSITION = 'X-Strata-Position';
const AFTER = 'X-Strata-After';
/** Milliseconds for which reads ask for a state that knows the last write: another process may answer them. */
const OWN_WRITE_MS = 10_000;

let csrfToken: string | undefined;
let ownWrite: { readonly position: bigint; readonly at: number } | undefined;

/** What changes something by the session's cookie shows this token; a page that was loaded anew asks for it. */
export function keepCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

async function csrf(): Promise<string> {
  if (csrfToken === undefined) {
    const answer = await fetch('/auth/v1/csrf', { credentials: 'same-origin' });
    if (!answer.ok) return '';
    csrfToken = ((await answer.json()) as { csrfToken: string }).csrfToken;
  }
  return csrfToken;
}

const changesSomething = ({ method }: Request): boolean => method !== 'GET' && method !== 'HEAD';
/** Routes by which one signs in: what they refuse is for the page that asked. */
const isSigningIn = ({ url }: Request): boolean =>
  /^\/auth\/v1\/(login|setup|password\/reset|invitations|logout|me)/.test(new URL(url).pathname);

async function send(request: Request): Promise<Response> {
  const isWrite = changesSomething(request);
  if (isWrite && !isSigningIn(request)) request.headers.set(CSRF, await csrf());
  if (!isWrite && ownWrite && Date.now() - ownWrite.at < OWN_WRITE_MS)
    request.headers.set(AFTER, String(ownWrite.position));
  try {
    const answer = await fetch(request);
    noteReached(true);
    const position = answer.headers.get(POSITION);
    if (isWrite && position !== null && /^\d+$/.test(position))
      ownWrite = { position: BigInt(position), at: Date.now() };
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    noteReached(false);
    throw new NoAnswer();
  }
}

/** As `fetch`, but settles what stands in the way and asks again. */
export async function ask(request: Request): Promise<Response> {
  const answer = await send(request.clone());
  if (isSigningIn(request)) return answer;
  if (answer.status === 401 || answer.status === 403) {
    const refusal = await bodyOf(answer.clone());
    const settled = await settle(answer.status, refusal);
    if (settled) {
      csrfToken = undefined;
      return send(request.clone());
    }
  }
  return answer;
}

async function settle(status: number, { subCategory, category }: ErrorBody): Promise<boolean> {
  if (subCategory === 'STEP_UP_REQUIRED') return askForStepUp();
  if (subCategory === 'CSRF_TOKEN_WRONG') {
    csrfToken = undefined;
    return (await csrf()) !== '';
  }
  const hasEnded = category === 'EXPIRED_AUTHENTICATION' || category === 'INVALID_AUTHENTICATION';
  // A code that is wrong or missing is told with 401, too; that is for the page that asked for it.
  return status === 401 && hasEnded && (subCategory === undefined || subCategory === 'TOKEN_EXPIRED')
    ? askToSignIn()
    : false;
}

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  credentials: 'same-origin',
  fetch: ask,
  // Lists are sent as the API reads them: several values with commas between them.
  querySerializer: { array: { style: 'form', explode: false } },
});

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer. Rejects with `ApiError` what was refused, with `NoAnswer` where the server is out of reach. */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  throw new ApiError(response.status, error ?? {}, response.headers);
}

/** Sends a form with files, which the typed client has no shape for; tells how far it has come. */
export function upload<T>(
  path: string,
  form: FormData,
  onSent: (sent: number, total: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  const once = async (): Promise<T> => {
    const token = await csrf();
    return new Promise<T>((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', path);
      request.responseType = 'json';
      request.setRequestHeader(CSRF, token);
      request.upload.onprogress = ({ loaded, total }) => onSent(loaded, total);
      request.onload = () => {
        if (request.status < 300) return resolve(request.response as T);
        reject(new ApiError(request.status, (request.response ?? {}) as ErrorBody, new Headers()));
      };
      request.onerror = () => reject(new NoAnswer());
      request.onabort = () => reject(new DOMException('Given up', 'AbortError'));
      signal?.addEventListener('abort', () => request.abort());
      request.send(form);
    });
  };
  return once().catch(async (error: unknown) => {
    if (error instanceof ApiError && (await settle(error.status, error.body))) {
      csrfToken = undefined;
      return once();
    }
    throw error;
  });
}
