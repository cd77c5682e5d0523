// Keyed digests of values by which documents are found, so that a read model tells nobody who lacks the key what they
// were.
import { hash } from 'node:crypto';

/** Hexadecimal digits of a digest: enough that two of a billion values are the same only by a chance of one in a billion. */
const DIGITS = 24;

export class Digests {
  constructor(readonly key: string) {}

  /** `hmac` is that of the vault, whose key is the installation's. */
  static under(hmac: (purpose: string, text: string) => string): Digests {
    return new Digests(hmac('digests of read models', 'key'));
  }

  /**
   * SHA-512/256 keeps half of its state to itself, so that the key in front makes it a keyed digest as HMAC is; at a
   * third of the cost, which every value of every event bears.
   */
  readonly of = (text: string): string => hash('sha512-256', this.key + text, 'hex').slice(0, DIGITS);
}
