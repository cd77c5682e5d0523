// Which refusals each operation can answer with: those of its own code, which scripts/answers.js finds, and those that
// stand before every route.
import { createHash } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import { refusals, type RefusalCode } from '../../refusals';
import type { RefusalRow } from '../../supervision/refusal-row.vocabulary';
import { ACCESS, type AccessRule } from '../access';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Rows of the table that docs and OpenAPI show. */
export function refusalRows(): string[] {
  return Object.entries(refusals).map(([code, row]: [string, RefusalRow]) => {
    const category = row.subCategory ? `${row.category} / ${row.subCategory}` : row.category;
    return `| \`${code}\` | ${row.status} | ${category} | ${row.message} |`;
  });
}

export const errorRef = { $ref: '#/components/schemas/Error' };
const text = { type: 'string' };
const context = { type: 'object', additionalProperties: { type: 'array', items: text } };

export const errorSchema = {
  type: 'object',
  description: [
    'A refusal. These are all; `code` is what the product calls them, and `category` tells them apart for programs:',
    '',
    '| code | status | category | message |',
    '| --- | --- | --- | --- |',
    ...refusalRows(),
  ].join('\n'),
  required: ['status', 'message', 'correlationId', 'category'],
  properties: {
    status: { type: 'string', enum: ['error'] },
    message: text,
    correlationId: { type: 'string', format: 'uuid' },
    category: { type: 'string', enum: [...new Set(Object.values(refusals).map((row) => row.category))] },
    subCategory: text,
    errors: {
      type: 'array',
      items: { type: 'object', properties: { message: text, code: text, in: text, context } },
    },
    context,
  },
};

/** What each status means, whatever the operation. */
const meanings: Readonly<Record<number, string>> = {
  400: 'What was sent is not valid',
  401: 'The token is missing, expired or not valid, or a proof of who asks is',
  403: 'This is not allowed to the caller',
  404: 'There is nothing of that name',
  408: 'The body did not come in time',
  409: 'It does not fit the state that things are in',
  412: 'It has changed since it was read',
  413: 'What was sent is too large',
  415: 'The body is not of a type that the route reads',
  423: 'It is locked',
  429: 'Too much at once, or too often; Retry-After says when to try again',
  500: 'The server has failed; it is told of with the correlation id in its log',
  503: 'It cannot be answered now; try again in a moment',
};

type Responses = Record<string, object>;

/**
 * Describes the refusals of an operation, by their statuses. `own`: those that its code ends with. Operations that can
 * end alike share what says so, in `shared`.
 */
export function addRefusals(
  method: string,
  operation: Operation,
  own: readonly RefusalCode[],
  shared: Responses,
): void {
  const codes = [...new Set([...before(method, operation), ...own.filter(reached(operation))])];
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of codes.sort()) {
    const { status } = refusals[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, found] of byStatus) {
    const name = nameOf(status, found);
    shared[name] ??= responseOf(status, found);
    operation.responses[status] = { $ref: `#/components/responses/${name}` };
  }
}

/** Characters of a name that lists its codes. */
const LONGEST = 64;

function nameOf(status: number, codes: readonly RefusalCode[]): string {
  const all = `Refused${status}.${codes.join('.')}`;
  if (all.length <= LONGEST) return all;
  const rest = createHash('sha256').update(all).digest('hex').slice(0, 8);
  return `Refused${status}.${codes[0]}.and-${codes.length - 1}-more.${rest}`;
}

function responseOf(status: number, codes: readonly RefusalCode[]): object {
  const named = codes.map((code) => `\`${code}\``).join(', ');
  const rows: RefusalRow[] = codes.map((code) => refusals[code]);
  const subCategories = [...new Set(rows.flatMap(({ subCategory }) => subCategory ?? []))];
  const properties = {
    category: { enum: [...new Set(rows.map((row) => row.category))] },
    subCategory: subCategories.length > 0 ? { enum: subCategories } : { not: {} },
  };
  return {
    description: `${meanings[status] ?? 'It is refused'}: ${named}`,
    content: { 'application/json': { schema: { allOf: [errorRef, { type: 'object', properties }] } } },
  };
}

/** A page is named only where there are pages. */
const reached =
  ({ parameters = [], requestBody }: Operation) =>
  (code: RefusalCode): boolean =>
    code !== 'cursor-invalid' ||
    requestBody !== undefined ||
    parameters.some((one) => 'name' in one && one.name === 'after');

/** What stands before a route, and around it. */
function before(method: string, operation: Operation): RefusalCode[] {
  const rule = (operation as { [ACCESS]?: AccessRule | 'public' })[ACCESS] ?? 'public';
  const { requestBody, parameters = [] } = operation;
  const reads = method === 'get';
  const hasInput = requestBody !== undefined || parameters.some((one) => 'in' in one && one.in !== 'path');
  return [
    ...(['caller-busy', 'server-busy', 'store-unavailable', 'internal-error'] as const),
    ...(hasInput ? (['input-invalid'] as const) : []),
    ...(requestBody ? ofBodies : []),
    ...(rule === 'public' ? [] : ofGuard(rule)),
    ...(rule === 'public' || reads ? [] : ofWriting),
  ];
}

const ofBodies = [
  ...(['body-malformed', 'body-too-complex', 'body-too-large'] as const),
  ...(['content-type-wrong', 'request-too-slow'] as const),
];
/** Of a page in a browser, whose session is in a cookie; of an Idempotency-Key. */
const ofWriting = ['csrf-token-wrong', 'idempotency-key-reused', 'stream-contended'] as const;

function ofGuard(rule: AccessRule): RefusalCode[] {
  const { scope, superAdmin, session, employees } = rule;
  const mayBeDenied = superAdmin || session || (scope === undefined && !employees);
  return [
    ...(['token-invalid', 'token-expired', 'address-not-allowed'] as const),
    ...(rule.beforeSecondFactor ? [] : (['two-factor-not-set-up'] as const)),
    ...(scope === undefined ? [] : (['scope-missing'] as const)),
    ...(mayBeDenied ? (['access-denied'] as const) : []),
    ...(rule.feature ? (['tier-required'] as const) : []),
    ...(rule.stepUp ? (['step-up-required'] as const) : []),
  ];
}
