// Signs a request as HubSpot signs its webhooks, version 3: base64 of HMAC-SHA256 over method, URL, body and time.
import { createHmac } from 'node:crypto';

export interface Signed {
  readonly url: string;
  readonly body: string;
  /** Milliseconds since the epoch, as text. */
  readonly timestamp: string;
}

export const signatureOf = (secret: string, { url, body, timestamp }: Signed): string =>
  createHmac('sha256', secret).update(`POST${url}${body}${timestamp}`).digest('base64');

/** Headers of a signed request. While a secret is being changed over, its former signature comes along. */
export function signedHeaders(
  { secret, previous }: { secret: string; previous?: { secret: string; until: string } },
  url: string,
  body: string,
  now: Date,
): Record<string, string> {
  const signed = { url, body, timestamp: String(now.getTime()) };
  const overlaps = previous && now.toISOString() < previous.until;
  return {
    'X-HubSpot-Signature-v3': signatureOf(secret, signed),
    'X-HubSpot-Request-Timestamp': signed.timestamp,
    'X-HubSpot-Signature-Version': 'v3',
    ...(overlaps && { 'X-Strata-Signature-v3-Previous': signatureOf(previous.secret, signed) }),
  };
}
