// Bodies of the routes of streams of the audit log, one schema each for type, validation and OpenAPI.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { logPosition, receiverUrl } from '../../delivery/receiver.bodies';
import { named, text } from '../../http/validation';
import { entryQuery } from '../entry-filter';
import type { StreamFilter } from './stream-grants';
import { streamExtras, streamFormats, streamKinds, type StreamKind } from './stream.vocabulary';

/** Headers by which requests are read, and those that we send. */
const OWN_HEADER =
  /^(?:host|connection|keep-alive|content-.*|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|user-agent|accept|x-hubspot-.*|x-strata-.*)$/i;

const headers = named(
  z
    .string()
    .min(1)
    .max(4_096)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII'),
  {
    most: 10,
    message: 'must be at most 10 headers',
  },
)
  .refine((given) => Object.keys(given).every((name) => /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name)), {
    error: 'must have names of headers',
  })
  .refine((given) => !Object.keys(given).some((name) => OWN_HEADER.test(name)), {
    error: 'must leave out headers that are sent anyway',
  });

const canRead = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};

const MOST_PEM = 65_536;
const certificate = z
  .string()
  .max(MOST_PEM)
  .refine((pem) => canRead(() => new X509Certificate(pem)), 'must be a certificate in PEM');
const privateKey = z
  .string()
  .max(MOST_PEM)
  .refine((pem) => canRead(() => createPrivateKey(pem)), 'must be a private key in PEM, without passphrase');

const tls = z
  .strictObject({
    ca: certificate.optional().describe('who signs for the receiver; left out: whom the machine trusts'),
    cert: certificate.optional().describe('our certificate, where the receiver asks for one'),
    key: privateKey.optional().describe('its key; never shown'),
    serverName: z.hostname().max(253).optional().describe("name in the receiver's certificate"),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key belong together');

/** A name of a file, or of one in a folder or two: no part begins with a dot. */
const path = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9][\w.-]{0,99}(?:\/[A-Za-z0-9][\w.-]{0,99}){0,2}$/,
    'must be a name of a file, or a path of at most three parts, of letters, digits, _, . and -',
  );

const MIB = 1_048_576;

/** Fields of each kind, and those of them that it needs. */
const fieldsOf: Readonly<Record<StreamKind, { readonly some: readonly string[]; readonly needed: string }>> =
  {
    webhook: { some: ['url', 'headers', 'batch'], needed: 'url' },
    syslog: { some: ['host', 'port', 'tls', 'facility', 'maxBytes'], needed: 'host' },
    file: { some: ['path', 'maxBytes', 'keep'], needed: 'path' },
  };

/** Parameters of a query that say where a list begins and ends: a stream goes on for ever. */
const OF_LISTS = ['sort', 'limit', 'after', 'from', 'to', 'view', 'include'];

/** Everything is told of, what no person did too, unless the filter says otherwise. */
export const queryOf = (filter: StreamFilter) => ({ includeNonUser: 'true', ...filter });

export class AuditStreamBody extends createZodDto(
  z
    .strictObject({
      name: text({ least: 1, most: 100 }).describe('for people; it stands in the audit log'),
      kind: z.enum(streamKinds),
      format: z.enum(streamFormats),
      q: text({ least: 1, most: 10_000 }).optional().describe('the query language; left out: everything'),
      filter: named(text({ least: 1, most: 10_000 }), { most: 20, message: 'must be at most 20 parameters' })
        .optional()
        .describe('parameters of GET /audit/v1/entries, as there'),
      include: z.array(z.enum(streamExtras)).max(streamExtras.length).optional(),
      from: logPosition
        .optional()
        .describe('position from which on entries are sent; from now on where left out'),
      url: receiverUrl.optional(),
      headers: headers.optional().describe('sent with each request, such as Authorization; never shown'),
      batch: z
        .enum(['array', 'lines'])
        .optional()
        .describe('how entries lie in a request; cef: always lines'),
      host: z.union([z.hostname(), z.ipv4(), z.ipv6()]).optional().describe('of a syslog server'),
      port: z.number().int().min(1).max(65_535).optional().describe('6514, or 601 without TLS'),
      tls: z
        .union([tls, z.boolean().transform((on) => on && {})])
        .optional()
        .describe('on, by the authorities that the machine trusts, where left out'),
      facility: z.number().int().min(0).max(23).optional().describe('13, log audit, where left out'),
      path: path.optional().describe('below DATA_DIR/siem'),
      maxBytes: z
        .number()
        .int()
        .min(1_024)
        .max(1_024 * MIB)
        .optional()
        .describe('of a message of syslog (8192; at most 1 MiB), or of a file (100 MiB)'),
      keep: z.number().int().min(1).max(1_000).optional().describe('full files that are kept (10)'),
    })
    .superRefine(({ q, filter = {}, ...body }, context) => {
      const problem = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: [field], message });
      const { some, needed } = fieldsOf[body.kind];
      const fields = body as Readonly<Record<string, unknown>>;
      if (fields[needed] === undefined) problem(needed, `is needed for the kind ${body.kind}`);
      const others = new Set(Object.values(fieldsOf).flatMap((of) => of.some));
      for (const field of others)
        if (fields[field] !== undefined && !some.includes(field))
          problem(field, `is not for the kind ${body.kind}`);
      if (body.kind === 'syslog' && (body.maxBytes ?? 0) > MIB) problem('maxBytes', 'must be at most 1 MiB');
      const listed = OF_LISTS.filter((name) => name in filter);
      for (const name of listed) problem('filter', `${name} is for lists, not for streams`);
      if ('q' in filter) problem('filter', 'q stands by itself');
      if (listed.length > 0) return;
      const asked = entryQuery.safeParse(queryOf({ ...filter, ...(q !== undefined && { q }) }));
      for (const { path: at, message } of asked.error?.issues ?? [])
        problem(
          at[0] === 'q' ? 'q' : 'filter',
          at[0] === 'q' ? message : `${at.join('.')} ${message}`.trim(),
        );
    }),
) {}

export class ChangeAuditStreamBody extends createZodDto(
  z.strictObject({
    paused: z.boolean().optional(),
    from: logPosition.optional().describe('position from which on entries are sent, again or not'),
  }),
) {}
