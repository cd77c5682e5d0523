// The public keys of the vendor's sign-in, as the setting EMPLOYEE_KEYS has them: a JWKS, or a file with one or with PEM.
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export interface EmployeeKey {
  /** Left out where it has no name: it is tried for every assertion. */
  readonly kid?: string;
  readonly key: KeyObject;
  /** Algorithms of JWS that it may have signed by. */
  readonly algorithms: readonly string[];
}

const MOST_KEYS = 20;
const LEAST_RSA_BITS = 2048;
const LARGEST_FILE = 1024 * 1024;
const PKCS = ['RS256', 'RS384', 'RS512'];
const PSS = ['PS256', 'PS384', 'PS512'];
const ofCurve: Readonly<Record<string, readonly string[]>> = {
  ...{ prime256v1: ['ES256'], secp384r1: ['ES384'], secp521r1: ['ES512'] },
};
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

class WrongKeys extends Error {}

/** Schema of the keys as they stand in the setting. */
export const employeeKeys = z.string().transform((text, context): readonly EmployeeKey[] => {
  try {
    return keysIn(text.trim());
  } catch (error) {
    if (!(error instanceof WrongKeys)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

function keysIn(given: string): readonly EmployeeKey[] {
  const text = given.startsWith('{') ? given : read(given);
  const keys = text.startsWith('{') ? ofJwks(text) : ofPem(text);
  if (keys.length === 0) throw new WrongKeys('holds no key');
  if (keys.length > MOST_KEYS) throw new WrongKeys(`holds more than ${MOST_KEYS} keys`);
  const kids = keys.flatMap(({ kid }) => kid ?? []);
  if (new Set(kids).size < kids.length) throw new WrongKeys('holds two keys of one kid');
  return keys;
}

function read(path: string): string {
  try {
    const file = readFileSync(path);
    if (file.length <= LARGEST_FILE) return file.toString('utf8').trim();
  } catch {
    throw new WrongKeys('must be a JWKS as JSON, or the path of a file that can be read');
  }
  throw new WrongKeys('names a file that is too large to hold keys');
}

function ofJwks(text: string): EmployeeKey[] {
  const keys = listIn(text);
  if (!keys) throw new WrongKeys('must be a JWKS: { "keys": [ … ] }');
  return keys.map((jwk, at) => {
    const where = `key ${at + 1}`;
    const { kty, d, k, use, kid, alg } = jwk;
    if (kty === 'oct' || k !== undefined)
      throw new WrongKeys(`${where} is a shared secret: give public keys`);
    if (d !== undefined) throw new WrongKeys(`${where} is a private key: give its public half alone`);
    if (use !== undefined && use !== 'sig') throw new WrongKeys(`${where} is not for signatures`);
    const key = made(where, () => createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
    const algorithms = algorithmsOf(where, key).filter((one) => alg === undefined || one === alg);
    if (algorithms.length === 0) throw new WrongKeys(`${where} has an alg that it cannot sign by`);
    return { ...(typeof kid === 'string' && { kid }), key, algorithms };
  });
}

function listIn(text: string): Readonly<Record<string, unknown>>[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    const isList = Array.isArray(keys) && keys.every((one) => typeof one === 'object' && one !== null);
    return isList ? (keys as Record<string, unknown>[]) : undefined;
  } catch {
    return undefined;
  }
}

function ofPem(text: string): EmployeeKey[] {
  return [...text.matchAll(PEM)].map(([pem, label], at) => {
    const where = `key ${at + 1}`;
    // Node would take the public half out of it by itself: the operator is to know that the file holds a secret.
    if (label!.includes('PRIVATE'))
      throw new WrongKeys(`${where} is a private key: give its public half alone`);
    const key = made(where, () => createPublicKey(pem));
    return { key, algorithms: algorithmsOf(where, key) };
  });
}

function made(where: string, make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch {
    throw new WrongKeys(`${where} cannot be read`);
  }
}

function algorithmsOf(where: string, { asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject) {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {};
  const isRsa = type === 'rsa' || type === 'rsa-pss';
  if (isRsa && modulusLength < LEAST_RSA_BITS)
    throw new WrongKeys(`${where} is too short: RSA takes ${LEAST_RSA_BITS} bits at least`);
  if (type === 'rsa') return [...PKCS, ...PSS];
  if (type === 'rsa-pss') return PSS;
  if (type === 'ed25519' || type === 'ed448') return ['EdDSA'];
  const algorithms = type === 'ec' ? ofCurve[namedCurve] : undefined;
  if (!algorithms) throw new WrongKeys(`${where} is of a kind that no assertion is signed by`);
  return algorithms;
}
