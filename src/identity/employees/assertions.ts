// Judges what the vendor's sign-in asserts of an employee: a JWT that is young, for this account, and signed by a key of
// the setting EMPLOYEE_KEYS.
import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { Config, publicUrl } from '../../config';
import { emailAddress, normalEmail } from '../emails';
import type { EmployeeKey } from './employee-keys';
import { isDepartment } from './employee-rights';

/** Seconds since it was issued. */
const OLDEST_S = 5 * 60;
/** Seconds by which the clock of the vendor may be off. */
const CLOCK_SKEW_S = 30;

const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((given) => !/[\p{Surrogate}\p{Cc}]/u.test(given));
const said = z.object({
  jti: z.string().min(1).max(200),
  name: text(200),
  email: z.string().trim().pipe(emailAddress).transform(normalEmail),
  department: z.custom<string>(isDepartment),
  reason: text(500),
});
/** What an assertion says of an employee. */
export type Asserted = Readonly<z.output<typeof said>>;

/** Which check an assertion has failed: for the log of the process, and nobody else. */
export interface Wrong {
  readonly wrong: string;
}

@Injectable()
export class Assertions {
  constructor(private readonly config: Config) {}

  async judge(assertion: string, now = Date.now()): Promise<Asserted | Wrong> {
    const keys = this.keysFor(assertion);
    if ('wrong' in keys) return keys;
    let last: Wrong = { wrong: 'no key fits its kid and alg' };
    for (const { key, algorithms } of keys)
      try {
        const { payload } = await jwtVerify(assertion, key, {
          algorithms: [...algorithms],
          audience: this.audience,
          maxTokenAge: OLDEST_S,
          clockTolerance: CLOCK_SKEW_S,
          currentDate: new Date(now),
        });
        return saidIn(payload);
      } catch (error) {
        last = { wrong: checkOf(error) };
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) return last;
      }
    return last;
  }

  /** The address of this server, with and without a slash at its end. */
  private get audience(): string[] {
    const url = publicUrl(this.config);
    return [url, `${url}/`];
  }

  /** The keys that may have signed it, by what it says of itself, which nobody has signed for yet. */
  private keysFor(assertion: string): readonly EmployeeKey[] | Wrong {
    let header: { readonly kid?: unknown; readonly alg?: unknown };
    try {
      header = decodeProtectedHeader(assertion);
    } catch {
      return { wrong: 'it is no JWT' };
    }
    const { kid, alg } = header;
    return (this.config.EMPLOYEE_KEYS ?? []).filter(
      (one) =>
        (kid === undefined || one.kid === undefined || one.kid === kid) &&
        one.algorithms.some((name) => name === alg),
    );
  }
}

function saidIn(payload: JWTPayload): Asserted | Wrong {
  const parsed = said.safeParse(payload);
  if (parsed.success) return parsed.data;
  return { wrong: `its ${parsed.error.issues[0]!.path.join('.')} is missing or wrong` };
}

/** Names the check and quotes nothing of the assertion. */
function checkOf(error: unknown): string {
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed)
    return `its ${error.claim}: ${error.reason}`;
  return error instanceof errors.JOSEError ? error.code : 'it cannot be verified';
}
