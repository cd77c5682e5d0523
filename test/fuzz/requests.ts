// Requests made from our own OpenAPI document: valid ones, nearly valid ones and wild ones.
import fc from 'fast-check';
import type { ApiDocument, Operation } from '../support/api-document';
import { bodyOf, plainBody } from './bodies';
import type { Sent } from './exchange';
import { FromSchema } from './from-schema';
import { askerOf, headersOf, targetOf } from './head';
import { weighted, wildPart } from './wild';
import { type Known, wordsOf } from './words';

export function requestsOf(api: ApiDocument, known: Known): fc.Arbitrary<Sent> {
  const schemas = new FromSchema(api, wordsOf(known));
  return weighted(
    [12, fc.constantFrom(...api.operations).chain((one) => requestOf(one, schemas))],
    [1, nowhere],
  );
}

function requestOf(operation: Operation, schemas: FromSchema): fc.Arbitrary<Sent> {
  return fc.boolean().chain((isPlain) =>
    fc
      .record({
        target: targetOf(operation, schemas, isPlain),
        asker: askerOf(operation, isPlain),
        method: isPlain ? fc.constant(operation.method) : methodOf(operation),
        headers: headersOf(operation, isPlain),
        body: isPlain ? plainBody(operation, schemas) : bodyOf(operation, schemas),
        isChunked: weighted([8, fc.constant(false)], [1, fc.constant(true)]),
      })
      .map(({ asker, headers, body, isChunked, ...line }) => {
        const sent = [
          ...base,
          ...(asker === undefined ? [] : [['authorization', asker] as const]),
          ...headers,
        ];
        if (!body) return { ...line, headers: sent };
        const typed = [...sent, ['content-type', body.type] as const];
        return { ...line, ...(isChunked ? chunked(typed, body.text) : whole(typed, body.text)) };
      }),
  );
}

/** What the operation is, or a HEAD or OPTIONS of it, or what it does not do. */
const methodOf = ({ method }: Operation) =>
  weighted(
    [20, fc.constant(method)],
    [1, fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE')],
  );

const whole = (headers: Sent['headers'], body: string) => ({
  headers: [...headers, ['content-length', String(body.length)] as const],
  body,
});

const chunked = (headers: Sent['headers'], body: string) => ({
  headers: [...headers, ['transfer-encoding', 'chunked'] as const],
  body: `${body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`,
});

const base = [
  ['host', 'fuzz'],
  ['connection', 'close'],
] as const;

/** Routes that are none, and lines that are no request. */
const nowhere: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PROPFIND', 'get'),
    fc.array(wildPart, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
    fc.constantFrom('', '/docs', '/crm/v3', '/auth/v1', '/docs/..%5c', '/openapi.yaml', '//', '/metrics'),
  )
  .map(([method, path, front]) => ({
    method,
    target: front + path,
    headers: [...base, ['authorization', 'Bearer <admin>']],
  }));
