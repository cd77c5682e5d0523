// Schemas that the bodies of identity share: codes and passwords by which somebody proves who they are.
import { z } from 'zod';
import type { Proof } from './second-factors/second-factor';

export const totp = z.string().regex(/^\d{6}$/, 'must be 6 digits');
export const recoveryCode = z.string().min(1).max(64);
/** A password as it was given; whether a new password will do is judged where it is set. */
export const password = z.string().min(1).max(1024);

const given = (fields: object): string[] =>
  Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]));

/** Refinements of a body that takes one of several fields. */
export const isOne = (fields: object): boolean => given(fields).length === 1;
export const isOneAtMost = (fields: object): boolean => given(fields).length <= 1;

export interface Codes {
  readonly totp?: string | undefined;
  readonly recoveryCode?: string | undefined;
}

export function proofOf({ totp, recoveryCode }: Codes): Proof | undefined {
  if (totp !== undefined) return { totp };
  return recoveryCode === undefined ? undefined : { recoveryCode };
}
