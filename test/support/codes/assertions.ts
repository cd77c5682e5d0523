// The sign-in of the vendor, as far as Strata hears of it: keys of its own, and assertions of employees signed by them.
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT, type JWK, type JWTPayload } from 'jose';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** How an assertion is signed; `kid` empty: it names no key. */
interface Signing {
  readonly alg?: string;
  readonly kid?: string;
  readonly key?: KeyObject | Uint8Array;
}

export const rsaPair = (bits = 2048): Pair => generateKeyPairSync('rsa', { modulusLength: bits });
export const ecPair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const pemOf = ({ publicKey }: Pair): string =>
  publicKey.export({ type: 'spki', format: 'pem' }) as string;

export const jwksOf = async (...keys: readonly (readonly [KeyObject, JWK?])[]): Promise<string> =>
  JSON.stringify({
    keys: await Promise.all(keys.map(async ([key, more]) => ({ ...(await exportJWK(key)), ...more }))),
  });

export class Vendor {
  readonly pair = ecPair();

  constructor(readonly audience: string) {}

  get settings(): Promise<{ readonly PUBLIC_URL: string; readonly EMPLOYEE_KEYS: string }> {
    return jwksOf([this.pair.publicKey, { kid: 'vendor-1' }]).then((EMPLOYEE_KEYS) => ({
      ...{ PUBLIC_URL: this.audience, EMPLOYEE_KEYS },
    }));
  }

  /** Claims of an employee, issued now; what is undefined in `claims` is left out. */
  claims(claims: JWTPayload = {}, now = Date.now()): JWTPayload {
    return {
      ...{ aud: this.audience, iat: Math.floor(now / 1000), jti: randomUUID() },
      ...{
        name: 'Kim Lee',
        email: 'kim@vendor.example',
        department: 'CUSTOMER_SUPPORT',
        reason: 'Ticket 4711',
      },
      ...claims,
    };
  }

  assertion(
    claims: JWTPayload = {},
    { alg = 'ES256', kid = 'vendor-1', key = this.pair.privateKey }: Signing = {},
  ): Promise<string> {
    const header = { alg, ...(kid !== '' && { kid }) };
    return new SignJWT(this.claims(claims)).setProtectedHeader(header).sign(key);
  }
}
