// What the HTTP front takes at most from anybody: one table for the code and for the page of those who run Strata.
import { jsonLimits } from '../../bounded-json';
import type { RefusalCode } from '../../refusals';

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1_000;

export const httpLimits = {
  /** Bytes of a request's line and headers together. */
  headerBytes: 16 * KIB,
  /** Milliseconds until the headers have come whole. */
  headersMs: 10 * SECOND,
  /** Bytes of a JSON body: a batch of 100 records with long texts fits. */
  jsonBytes: 8 * MIB,
  jsonMs: 120 * SECOND,
  /** Bytes of a body on a public route, where nobody has said yet who they are. */
  publicBytes: 16 * KIB,
  publicMs: 10 * SECOND,
  uploadFiles: 10,
  uploadFileBytes: 1024 * MIB,
  uploadFields: 8,
  uploadFieldBytes: 512 * KIB,
  uploadMs: 3_600 * SECOND,
  /** Milliseconds without a byte of a body that is still to come. */
  bodySilenceMs: 10 * SECOND,
  /** Milliseconds for the rest of a body whose request has been answered; the rest is thrown away. */
  restMs: 5 * SECOND,
  /**
   * Milliseconds without a byte in either direction: more than any answer takes, or a progress stream between beats.
   */
  silenceMs: 120 * SECOND,
  /** Milliseconds between looks for requests that are late. */
  lookMs: SECOND,
  /** Requests under way at once and bytes of their bodies, of one caller and of all together. */
  callerRequests: 512,
  callerBytes: 64 * MIB,
  requests: 4_096,
  bytes: 256 * MIB,
  connections: 8_192,
};

export type HttpLimits = Readonly<typeof httpLimits>;

/** Bytes of the fields of an upload. */
export const heldByForm = ({ uploadFields, uploadFieldBytes }: HttpLimits): number =>
  uploadFields * uploadFieldBytes;

const size = (bytes: number): string =>
  bytes >= 1024 * MIB
    ? `${bytes / 1024 / MIB} GiB`
    : bytes >= MIB
      ? `${bytes / MIB} MiB`
      : `${bytes / KIB} KiB`;
const time = (ms: number): string => (ms >= 60 * SECOND ? `${ms / 60 / SECOND} min` : `${ms / SECOND} s`);
const many = (number: number): string => number.toLocaleString('en');

/** Rows of the table that the docs show. */
export const limitRows = (of: HttpLimits = httpLimits): string[] =>
  (
    [
      ['headers-too-large', 'request line and headers', size(of.headerBytes)],
      ['request-too-slow', 'until the headers have come', time(of.headersMs)],
      ['request-too-slow', 'without a byte of a body that is to come', time(of.bodySilenceMs)],
      ['request-too-slow', 'until a JSON body has come', time(of.jsonMs)],
      ['request-too-slow', 'until the body of a public route has come', time(of.publicMs)],
      ['request-too-slow', 'until an upload has come', time(of.uploadMs)],
      ['body-too-large', 'JSON body', size(of.jsonBytes)],
      ['body-too-large', 'body of a public route', size(of.publicBytes)],
      ['body-too-large', 'files of an upload, each', `${of.uploadFiles}, ${size(of.uploadFileBytes)}`],
      ['body-too-large', 'fields of an upload, each', `${of.uploadFields}, ${size(of.uploadFieldBytes)}`],
      ['body-too-complex', 'JSON, nested', `${jsonLimits.depth} deep`],
      ['body-too-complex', 'JSON, values in all', many(jsonLimits.values)],
      ['body-too-complex', 'JSON, values with a name (members of objects)', many(jsonLimits.members)],
      ['caller-busy', 'requests of one caller at once', many(of.callerRequests)],
      ['caller-busy', 'bodies of one caller at once', size(of.callerBytes)],
      ['server-busy', 'requests of all callers at once', many(of.requests)],
      ['server-busy', 'bodies of all callers at once', size(of.bytes)],
    ] as const satisfies readonly (readonly [RefusalCode, string, string])[]
  ).map((cells) => `| \`${cells[0]}\` | ${cells[1]} | ${cells[2]} |`);
