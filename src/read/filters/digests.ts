// Keyed digests of values by which documents are found, so that a read model tells nobody who lacks the key what they
// were.
import { createHmac } from 'node:crypto';

/** Hexadecimal digits of a digest: enough that two of a billion values are the same only by a chance of one in a billion. */
const DIGITS = 24;

export class Digests {
  constructor(readonly key: string) {}

  /** `hmac` is that of the vault, whose key is the installation's. */
  static under(hmac: (purpose: string, text: string) => string): Digests {
    return new Digests(hmac('digests of read models', 'key'));
  }

  readonly of = (text: string): string =>
    createHmac('sha256', this.key).update(text).digest('hex').slice(0, DIGITS);
}
