// Writes messages of syslog (RFC 5424), each behind its length in bytes (RFC 6587 and RFC 5425, "octet counting").
import type { Weight } from '../formats/shown-entry';
import type { Line } from './sink';

/** Of RFC 5424: warning, notice, informational. */
const severities: Readonly<Record<Weight, number>> = { failure: 4, notable: 5, usual: 6 };

export interface SyslogOrigin {
  readonly facility: number;
  /** Name of the machine that tells. */
  readonly hostname: string;
}

/** A name of a header: printable ASCII without spaces, or `-` where there is none. */
const headerName = (name: string, most: number): string =>
  name.replace(/[^\x21-\x7e]/g, '').slice(0, most) || '-';

/**
 * The message of a line. A text without a byte order mark is in no encoding that the standard names, so what JSON can
 * say in ASCII comes in ASCII.
 */
export function syslogMessage(
  { text, at, category, weight }: Line,
  { facility, hostname }: SyslogOrigin,
): string {
  const priority = facility * 8 + severities[weight];
  const header = `<${priority}>1 ${at} ${headerName(hostname, 255)} strata - ${headerName(category, 32)} -`;
  return `${header} ${text.startsWith('{') ? inAscii(text) : text}`;
}

const inAscii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

export function syslogFrame(message: string): Buffer {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'latin1'), bytes]);
}
