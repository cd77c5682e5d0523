// Second factors: time-based codes (TOTP), and the recovery codes that stand in for them. Each code is good once: the
// vault knows which are spent, by compare-and-set.
import { Injectable } from '@nestjs/common';
import { authenticator } from 'otplib';
import type { Meta } from '../../eventsourcing/event';
import { apart } from '../../eventsourcing/event-ids';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { TotpSecret } from '../grants';
import { useRecoveryCode, user } from '../users/user.decider';
import { qrCodeSvg } from './qr-code';
import { newRecoveryCodes, recoveryDigest } from './recovery-codes';

const STEP_MS = 30_000;
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

export interface Enrolled {
  readonly secret: string;
  readonly otpauthUri: string;
  /** The URI as a picture for the camera of a device. */
  readonly qrCodeSvg: string;
}

export type Proof = { readonly totp: string } | { readonly recoveryCode: string };
type Unspent = 'wrong' | 'not-set-up';
export type CodeVerdict = 'right' | Unspent;

@Injectable()
export class SecondFactor {
  constructor(
    private readonly vault: Vault,
    private readonly streams: Streams,
  ) {}

  async isActive(userId: string): Promise<boolean> {
    return (await this.read(userId))?.active ?? false;
  }

  /**
   * A new secret, which counts once a first code has proved it, in place of a secret that was never proved. Rejects
   * with `two-factor-active`: whoever finds a session open must not put their own device in the place of the owner's.
   */
  async enrol(userId: string, email: string): Promise<Enrolled> {
    const secret = authenticator.generateSecret(SECRET_BYTES);
    const pending = { secret, active: false, lastStep: 0 };
    await this.change(userId, (known) => {
      if (known?.active) throw new Refusal('two-factor-active');
      return pending;
    });
    const otpauthUri = authenticator.keyuri(email, 'Strata', secret);
    return { secret, otpauthUri, qrCodeSvg: qrCodeSvg(otpauthUri) };
  }

  /** Makes the secret count where a first code is right, and resolves with the recovery codes then. */
  async activate(userId: string, totp: string): Promise<readonly string[] | Unspent> {
    const codes = newRecoveryCodes();
    const changed = await this.change(userId, (known) => {
      if (!known) return 'not-set-up';
      if (known.active) throw new Refusal('two-factor-active');
      const lastStep = stepOf(known.secret, totp, Date.now());
      if (lastStep === undefined) return 'wrong';
      return { ...known, active: true, lastStep, recovery: this.digests(userId, codes) };
    });
    return typeof changed === 'string' ? changed : codes;
  }

  /** Spends a code. `meta` is that of the act which the code is for: the log tells of the use of a recovery code. */
  async spend(userId: string, proof: Proof, meta: Meta): Promise<CodeVerdict> {
    const changed = await this.change(userId, (known) => {
      if (!known?.active) return 'not-set-up';
      const spent = 'totp' in proof ? spendTotp(known, proof.totp) : this.spendRecovery(userId, known, proof);
      return spent ?? 'wrong';
    });
    if (typeof changed === 'string') return changed;
    if ('recoveryCode' in proof) await this.tellUse(userId, changed.recovery?.length ?? 0, meta);
    return 'right';
  }

  /** Puts new recovery codes in the place of all that are left. Undefined where there is no active factor. */
  async renewRecoveryCodes(userId: string): Promise<readonly string[] | undefined> {
    const codes = newRecoveryCodes();
    const changed = await this.change(userId, (known) =>
      known?.active ? { ...known, recovery: this.digests(userId, codes) } : 'not-set-up',
    );
    return typeof changed === 'string' ? undefined : codes;
  }

  async recoveryCodesLeft(userId: string): Promise<number> {
    return (await this.read(userId))?.recovery?.length ?? 0;
  }

  async remove(userId: string): Promise<void> {
    await this.vault.remove('totp', userId);
  }

  private spendRecovery(
    userId: string,
    known: TotpSecret,
    { recoveryCode }: { readonly recoveryCode: string },
  ): TotpSecret | undefined {
    const digest = recoveryDigest(this.vault, userId, recoveryCode);
    const recovery = known.recovery?.filter((one) => one !== digest);
    return recovery && recovery.length < known.recovery!.length ? { ...known, recovery } : undefined;
  }

  /** Appended as a command of its own: the event of the act may go into the same stream. */
  private async tellUse(userId: string, left: number, meta: Meta): Promise<void> {
    const own = apart(meta);
    await this.streams.change(user, `user-${userId}`, (state) => useRecoveryCode(state, left), own);
  }

  private digests(userId: string, codes: readonly string[]): string[] {
    return codes.map((code) => recoveryDigest(this.vault, userId, code));
  }

  private read(userId: string): Promise<TotpSecret | undefined> {
    return this.vault.get<TotpSecret>('totp', userId);
  }

  private change(
    userId: string,
    decide: (known: TotpSecret | undefined) => TotpSecret | Unspent,
  ): Promise<TotpSecret | Unspent> {
    return this.vault.change<TotpSecret, Unspent>('totp', userId, decide);
  }
}

function spendTotp(known: TotpSecret, totp: string): TotpSecret | undefined {
  const step = stepOf(known.secret, totp, Date.now());
  return step !== undefined && step > known.lastStep ? { ...known, lastStep: step } : undefined;
}

/** The time step that a code belongs to, the current one or one of its neighbours; undefined if to none of them. */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = authenticator.clone({ window: 1, epoch: now }).checkDelta(code, secret);
  return delta === null ? undefined : Math.floor(now / STEP_MS) + delta;
}
