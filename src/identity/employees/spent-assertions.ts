// Remembers which assertions were used, in all processes, for longer than any of them counts. Only what the vendor has
// signed gets here: strangers cannot fill it.
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Vault } from '../../vault/vault';

/** Milliseconds for which a use is remembered: a dozen times as long as an assertion counts. */
const REMEMBERED_MS = 3_600_000;

/** Kind `employee-assertions`, id the first digit of the digests. */
interface Spent {
  readonly spent: readonly { readonly digest: string; readonly until: number }[];
}

@Injectable()
export class SpentAssertions {
  constructor(private readonly vault: Vault) {}

  /** True for one caller alone, however many come at once with one `jti`, whatever else they bring. */
  async spend(jti: string, now = Date.now()): Promise<boolean> {
    const digest = createHash('sha256').update(jti).digest('hex').slice(0, 32);
    const spent = await this.vault.change<Spent, 'spent'>('employee-assertions', digest[0]!, (kept) => {
      const remembered = kept?.spent.filter(({ until }) => until > now) ?? [];
      if (remembered.some((one) => one.digest === digest)) return 'spent';
      return { spent: [...remembered, { digest, until: now + REMEMBERED_MS }] };
    });
    return spent !== 'spent';
  }
}
