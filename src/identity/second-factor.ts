// Time-based codes (TOTP). Each is good once: the newest used step is set in the vault by compare-and-set.
import { Injectable } from '@nestjs/common';
import { authenticator } from 'otplib';
import { Vault } from '../vault/vault';
import type { TotpSecret } from './grants';
import { Throttle } from './throttle';

const STEP_MS = 30_000;
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

export type CodeVerdict = 'right' | 'wrong' | 'not-set-up';

@Injectable()
export class SecondFactor {
  constructor(
    private readonly vault: Vault,
    private readonly throttle: Throttle,
  ) {}

  async isActive(userId: string): Promise<boolean> {
    return (await this.read(userId))?.active ?? false;
  }

  /** A secret that counts once a first code has proved it. */
  async enrol(userId: string, email: string): Promise<{ secret: string; otpauthUri: string }> {
    const secret = authenticator.generateSecret(SECRET_BYTES);
    await this.vault.put<TotpSecret>('totp', userId, { secret, active: false, lastStep: 0 });
    return { secret, otpauthUri: authenticator.keyuri(email, 'Strata', secret) };
  }

  /** Spends the code. `activate`: also where the secret is not active yet, which it then is. Rejects with Locked. */
  async spend(userId: string, code: string, options: { activate?: boolean } = {}): Promise<CodeVerdict> {
    const attempt = await this.throttle.code(userId);
    for (;;) {
      const known = await this.read(userId);
      if (!known || !(known.active || options.activate)) return 'not-set-up';
      const step = stepOf(known.secret, code, Date.now());
      if (step === undefined || step <= known.lastStep) return 'wrong';
      // Lost to another request: what that one left is judged anew.
      const spent = { ...known, active: true, lastStep: step };
      if (!(await this.vault.compareAndSet<TotpSecret>('totp', userId, known, spent))) continue;
      await attempt.forgive();
      return 'right';
    }
  }

  async remove(userId: string): Promise<void> {
    await this.vault.remove('totp', userId);
  }

  private read(userId: string): Promise<TotpSecret | undefined> {
    return this.vault.get<TotpSecret>('totp', userId);
  }
}

/** The step that a code belongs to, of this one and its two neighbours; undefined if to none. */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = authenticator.clone({ window: 1, epoch: now }).checkDelta(code, secret);
  return delta === null ? undefined : Math.floor(now / STEP_MS) + delta;
}
