// HubSpot's dated versions of its API: further addresses of routes that are here already. They are rewritten before
// anything else looks at a request, so that access, limits, logs and the audit log know one route. Version 14 of its
// client asks for labels of associations at `v4` in the place of a date.
import type { FastifyInstance } from 'fastify';

const all = ['2026-03', '2026-09'];

/** Where a dated address begins, what it stands for, and the dates that HubSpot has published; the first that fits. */
const rows: readonly (readonly [dated: string, here: string, dates?: readonly string[]])[] = [
  [
    '/crm/objects/{date}/{objectType}/{objectId}/associations',
    '/crm/v4/objects/{objectType}/{objectId}/associations',
  ],
  ['/crm/objects/{date}', '/crm/v3/objects'],
  ['/crm/associations/{date}', '/crm/v4/associations', [...all, 'v4']],
  ['/crm/properties/{date}', '/crm/v3/properties'],
  ['/crm/pipelines/{date}', '/crm/v3/pipelines'],
  ['/crm/owners/{date}', '/crm/v3/owners'],
  ['/crm/imports/{date}', '/crm/v3/imports'],
  ['/crm/exports/{date}', '/crm/v3/exports'],
  ['/crm-object-schemas/{date}', '/crm-object-schemas/v3'],
  ['/account-info/{date}', '/account-info/v3'],
  ['/settings/users/{date}', '/settings/v3/users', ['2026-03']],
];

const END = '(?=[/?]|$)';
const DATED = new RegExp(String.raw`^(?:/[\w-]+){1,2}/(\d{4}-\d\d|v4)${END}`);

/** A pattern for addresses that begin as `begin` does, and what it makes of one: one that begins as `instead` does. */
function rewriting(begin: string, instead: string, dates: readonly string[]) {
  const from = begin.replace('{date}', `(?:${dates.join('|')})`).replace(/\{(\w+)\}/g, '(?<$1>[^/?]+)');
  return { from: new RegExp(`^${from}${END}`), to: instead.replace(/\{(\w+)\}/g, '$<$1>') };
}
const rewritings = rows.map(([dated, here, dates = all]) => rewriting(dated, here, dates));

/** The address, or the one that it stands for. */
export function undated(url: string): string {
  const found = DATED.test(url) && rewritings.find(({ from }) => from.test(url));
  return found ? url.replace(found.from, found.to) : url;
}

/** The dated addresses of a route, whose parameters stand in braces. */
export function datedOf(path: string): string[] {
  const row = rows.find(([, here]) => `${path}/`.startsWith(`${here}/`));
  if (!row) return [];
  const [dated, here, dates = all] = row;
  return dates.map((date) => dated.replace('{date}', date) + path.slice(here.length));
}

/** Rows of the table that docs and OpenAPI show. */
export const datedRows = (): string[] =>
  rows.map(([dated, here, dates = all]) => `| \`${dated}\` | ${dates.join(', ')} | \`${here}\` |`);

const records = '/crm/v3/objects/:objectType/batch';
const properties = '/crm/v3/properties/:objectType/batch';
const associations = '/crm/v4/associations/:fromObjectType/:toObjectType/batch';
const ended = { [`${associations}/archive`]: { 204: 200 }, [`${associations}/labels/archive`]: { 204: 200 } };

type Statuses = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** Statuses that a dated version answers with in place of others, by route. Of 2026-09, errors stand in the body alone. */
const statuses: Readonly<Record<string, Statuses>> = {
  '2026-03': ended,
  '2026-09': {
    ...ended,
    [`${records}/create`]: { 207: 201 },
    [`${records}/read`]: { 207: 200 },
    [`${records}/update`]: { 207: 200 },
    [`${records}/upsert`]: { 207: 200 },
    [`${properties}/create`]: { 201: 200, 207: 200 },
    [`${properties}/read`]: { 207: 200 },
    [`${associations}/create`]: { 201: 200, 207: 200 },
    [`${associations}/read`]: { 207: 200 },
  },
};

/** Answers what was asked for at a dated address with the status of that version. */
export function answerAsDated(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async ({ url, originalUrl, routeOptions }, reply, answer) => {
    const date = url === originalUrl ? undefined : DATED.exec(originalUrl)?.[1];
    const status = date && statuses[date]?.[routeOptions.url ?? '']?.[reply.statusCode];
    if (status) void reply.status(status);
    return answer;
  });
}
