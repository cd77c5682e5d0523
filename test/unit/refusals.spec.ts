// The table of refusals: complete, sane, and what HTTP makes of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadRequestException, NotFoundException } from '@nestjs/common';
import { z } from 'zod';
import { AppendTooLarge } from '../../src/eventsourcing/event-store';
import { errorBody, refusalOf } from '../../src/http/answers/error-filter';
import { createLogger, NestLog } from '../../src/http/logger';
import { traceOf } from '../../src/supervision/faults';
import { invalid } from '../../src/http/validation';
import type { RefusalRow } from '../../src/supervision/refusal-row.vocabulary';
import { Refusal, refusals } from '../../src/refusals';

const rows = Object.entries(refusals as Record<string, RefusalRow>);
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/refusals(\.vocabulary)?\.ts$/.test(file))
  .map((file) => readFileSync(join('src', file), 'utf8'))
  .join('\n');

/** Categories by the status they go with. */
const categories: Readonly<Record<number, readonly string[]>> = {
  400: ['VALIDATION_ERROR'],
  401: ['INVALID_AUTHENTICATION', 'EXPIRED_AUTHENTICATION'],
  403: ['MISSING_SCOPES', 'FORBIDDEN', 'TIER_REQUIRED'],
  404: ['OBJECT_NOT_FOUND'],
  408: ['REQUEST_TIMEOUT'],
  409: ['CONFLICT'],
  412: ['CONFLICT'],
  413: ['VALIDATION_ERROR'],
  415: ['VALIDATION_ERROR'],
  429: ['RATE_LIMITS', 'BACKUP_QUOTA'],
  431: ['VALIDATION_ERROR'],
  500: ['INTERNAL_ERROR'],
  503: ['PROJECTION_BEHIND', 'QUERY_TOO_SLOW', 'SERVER_BUSY', 'SSO_UNAVAILABLE', 'STORE_UNAVAILABLE'],
};

describe('the table of refusals', () => {
  test.each(rows)('%s has a status, a category that goes with it, and a message', (code, row) => {
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    expect(categories[row.status] ?? []).toContain(row.category);
    expect(row.message).toMatch(/^.{8,}[^.]$/);
    if (row.subCategory !== undefined) expect(row.subCategory).toMatch(/^[A-Z_]+$/);
  });

  test('has every code that is thrown', () => {
    const thrown = [...sources.matchAll(/new Refusal\(\s*'([^']+)'/g)].map((match) => match[1]!);
    expect(thrown.length).toBeGreaterThan(10);
    expect(thrown.filter((code) => !(code in refusals))).toEqual([]);
  });

  test('has no code that nothing refuses with', () => {
    expect(rows.map(([code]) => code).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});

describe('an answer to an error', () => {
  test('is in HubSpot’s shape, with what the refusal adds', () => {
    const refusal = new Refusal('totp-required', { context: { a: ['b'] } });
    expect(errorBody(refusal, 'id')).toEqual({
      status: 'error',
      message: refusals['totp-required'].message,
      correlationId: 'id',
      category: 'INVALID_AUTHENTICATION',
      subCategory: 'TOTP_REQUIRED',
      context: { a: ['b'] },
    });
  });

  test.each([
    ['route-unknown', new NotFoundException('Cannot GET /secret')],
    ['body-malformed', new BadRequestException('Unexpected token s in JSON')],
    ['body-too-large', Object.assign(new Error(), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 })],
    ['body-too-large', new AppendTooLarge()],
    ['body-malformed', Object.assign(new Error(), { code: 'FST_INVALID_JSON_FIELD_ERROR', statusCode: 406 })],
    [undefined, Object.assign(new Error('secret'), { code: 'FST_ERR_SEND_UNDEFINED_ERR', statusCode: 500 })],
    [undefined, new Error('secret')],
    [undefined, Object.assign(new Error(), { code: 'ELSEWHERE', statusCode: 404 })],
    [undefined, 'secret'],
  ])('%s says nothing of what the error said', (code, error) => {
    expect(refusalOf(error)?.code).toBe(code);
    expect(refusalOf(error)?.message ?? '').not.toContain('secret');
  });

  test('to a body that does not fit names the fields, never the values', () => {
    const schema = z.strictObject({
      name: z.string(),
      kind: z.enum(['a', 'b']),
      inputs: z.array(z.object({ id: z.string() })),
      source: z.union([z.object({ backupId: z.string() }), z.object({ asOf: z.string() })]),
    });
    const { error } = schema.safeParse({
      name: 17,
      kind: 'secret',
      inputs: [{ id: 'x' }, { id: 42 }],
      source: { asOf: false },
      surplus: 'secret',
    });
    const { detail } = invalid(error!);
    expect(detail.errors?.map((one) => one.in).sort()).toEqual([
      'inputs.1.id',
      'kind',
      'name',
      'source.backupId',
      'surplus',
    ]);
    expect(JSON.stringify(detail)).not.toMatch(/secret|17|42/);
  });
});

test.each([
  ['UP', /^sort\.direction: /],
  [5, /^sort: must be a name or an object$/],
])('where several shapes are possible, the one meant is what is told of: %j', (sort, message) => {
  const shapes = z.union([z.string(), z.object({ direction: z.enum(['ASC', 'DESC']) })], {
    error: 'must be a name or an object',
  });
  const given = typeof sort === 'string' ? { direction: sort } : sort;
  const { error } = z.object({ sort: shapes }).safeParse({ sort: given });
  expect(invalid(error!).detail.errors).toEqual([
    expect.objectContaining({ message: expect.stringMatching(message) as string }),
  ]);
});

test('of an unexpected error the log tells where, not what: a message may quote values', () => {
  const trace = traceOf(Object.assign(new TypeError('secret value'), { code: 'E_CODE' }));
  expect(trace).toMatchObject({ error: 'TypeError', code: 'E_CODE' });
  expect(trace.at[0]).toContain('refusals.spec');
  expect(JSON.stringify(trace)).not.toContain('secret');
});

test('what a job or a library logs as an error is told no more of', () => {
  const lines: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) });
  logger.error({ job: 'backup', err: new TypeError('secret value') }, 'A job broke off');
  logger.error(new Error('secret value'), 'It failed');
  expect(JSON.parse(lines[0]!)).toMatchObject({ job: 'backup', err: { error: 'TypeError' } });
  expect(lines.join('')).not.toContain('secret');
});

test('what hourly work failed at is in the log, in its own words', () => {
  const lines: string[] = [];
  const log = new NestLog(createLogger({ LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) }));
  log.error({ err: new TypeError('secret value') }, 'Purging the recycle bin failed', 'RecycleBin');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    context: 'RecycleBin',
    error: 'TypeError',
    msg: 'Purging the recycle bin failed',
  });
  expect(lines[0]).not.toContain('secret');
});
