// What the vault keeps of a stream: where it goes, with the secrets of that, and what it tells of. A filter may name people
// and values of customers, and must be forgettable.
import { randomBytes } from 'node:crypto';
import { shownUrl } from '../../webhooks/webhook-grants';
import type { Vault } from '../../vault/vault';

export interface WebhookTarget {
  readonly kind: 'webhook';
  readonly url: string;
  readonly secret: string;
  /** Sent along with each request, as what a receiver lets itself be told by. */
  readonly headers: Readonly<Record<string, string>>;
  /** Entries of a request: a list, or a line each. */
  readonly batch: 'array' | 'lines';
}

export interface SyslogTls {
  /** PEM. Left out: the authorities that the machine trusts. */
  readonly ca?: string | undefined;
  /** PEM of a certificate and its key, where the receiver asks for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name in the receiver's certificate, where it is not its host. */
  readonly serverName?: string | undefined;
}

export interface SyslogTarget {
  readonly kind: 'syslog';
  readonly host: string;
  readonly port: number;
  readonly tls: SyslogTls | false;
  readonly facility: number;
  /** Bytes of the longest message that the receiver takes. */
  readonly maxBytes: number;
}

export interface FileTarget {
  readonly kind: 'file';
  /** Below the folder of all such files. */
  readonly path: string;
  /** Bytes after which another file is begun. */
  readonly maxBytes: number;
  /** Full files that are kept beside the one that is written. */
  readonly keep: number;
}

export type Target = WebhookTarget | SyslogTarget | FileTarget;

/** Parameters of a query for entries, as they were given. */
export type StreamFilter = Readonly<Record<string, string>>;

/** Kind `audit-stream`, id the stream's. */
export interface StreamGrant {
  readonly target: Target;
  readonly filter: StreamFilter;
  /** Set while the secret has not been answered to anybody. */
  readonly unshown?: true;
}

const KIND = 'audit-stream';

export const newStreamSecret = (streamId: string): string =>
  `strata-stream-${streamId}-${randomBytes(32).toString('hex')}`;

export const streamGrant = (vault: Vault, streamId: string): Promise<StreamGrant | undefined> =>
  vault.get<StreamGrant>(KIND, streamId);

export const changeStreamGrant = (
  vault: Vault,
  streamId: string,
  decide: (grant: StreamGrant | undefined) => StreamGrant,
) => vault.change<StreamGrant>(KIND, streamId, decide) as Promise<StreamGrant>;

/** Notes that the secret is answered now. False where another attempt has answered it, or has made another. */
export function showStreamSecret(vault: Vault, streamId: string, grant: StreamGrant): Promise<boolean> {
  const { unshown: _, ...shown } = grant;
  return vault.compareAndSet<StreamGrant>(KIND, streamId, grant, shown);
}

export const removeStreamGrant = (vault: Vault, streamId: string): Promise<boolean> =>
  vault.remove(KIND, streamId);

/** Where a stream goes, in short: it stands in the log. */
export function destinationOf(target: Target): string {
  switch (target.kind) {
    case 'webhook':
      return new URL(target.url).host;
    case 'syslog':
      return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
    case 'file':
      return target.path;
  }
}

/** Where a stream goes, without secrets. */
export function shownTarget(target: Target): Readonly<Record<string, unknown>> {
  switch (target.kind) {
    case 'webhook': {
      const { url, headers, batch } = target;
      return { url: shownUrl(url), headers: Object.keys(headers), batch };
    }
    case 'syslog': {
      const { host, port, tls, facility, maxBytes } = target;
      return { host, port, tls: tls && shownTls(tls), facility, maxBytes };
    }
    case 'file': {
      const { path, maxBytes, keep } = target;
      return { path, maxBytes, keep };
    }
  }
}

const shownTls = ({ ca, cert, key, serverName }: SyslogTls) => ({
  ca: ca ?? null,
  cert: cert ?? null,
  hasKey: key !== undefined,
  serverName: serverName ?? null,
});
