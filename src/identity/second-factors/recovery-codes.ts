// Recovery codes stand in for a lost device. Each has sixty bits and is shown once; only keyed digests are kept.
import { randomInt } from 'node:crypto';
import type { Vault } from '../../vault/vault';

const CODES = 10;
const GROUPS = 3;
const GROUP = 4;
/** Crockford's: no letter that is read for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const newRecoveryCodes = (): string[] => Array.from({ length: CODES }, newCode);

const newCode = (): string =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-');

/** The keyed digest of a code, however that was written down: in small letters, with other dashes, an O for a zero. */
export function recoveryDigest(vault: Vault, userId: string, code: string): string {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, '');
  const normal = plain.replace(/O/g, '0').replace(/[IL]/g, '1');
  return vault.hmac('recovery-code', JSON.stringify([userId, normal]));
}
