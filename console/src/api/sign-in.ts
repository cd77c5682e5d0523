// Signing in by a password, from the page for it and from the dialog that asks again.
import { answered, api, keepCsrfToken } from './client';

/** Keeps the attempts of this browser apart from those of strangers; it lets nobody in. */
const DEVICE = 'strata.device';

/** A code of the second factor, or a recovery code in its place. */
export interface Proof {
  readonly kind: 'totp' | 'recoveryCode';
  readonly value: string;
}

/** The proof as requests carry it: people type codes in groups. */
export function proofBody({ kind, value }: Proof): { totp?: string; recoveryCode?: string } {
  const typed = value.replace(/\s/g, '');
  return typed === '' ? {} : { [kind]: typed };
}

export interface SignedIn {
  /** Left out where no recovery code was used. */
  readonly recoveryCodesLeft?: number | undefined;
}

/** Rejects as `answered` does: `TOTP_REQUIRED` where a code is asked for, or the one given does not count. */
export async function signIn(email: string, password: string, proof?: Proof): Promise<SignedIn> {
  const deviceToken = localStorage.getItem(DEVICE) ?? undefined;
  const answer = await answered(
    api.POST('/auth/v1/login', {
      body: {
        ...{ email, password, cookie: true },
        ...(deviceToken !== undefined && { deviceToken }),
        ...(proof && proofBody(proof)),
      },
    }),
  );
  localStorage.setItem(DEVICE, answer.deviceToken);
  keepCsrfToken('csrfToken' in answer ? answer.csrfToken : undefined);
  return { recoveryCodesLeft: answer.recoveryCodesLeft };
}
