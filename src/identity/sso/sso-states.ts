// What a sign-in carries from its beginning to its callback: signed, bound to the browser, good for ten minutes and
// once, in whichever process it comes back. Verifier and nonce are derived from it by the master key, never kept.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Vault } from '../../vault/vault';

const VALID_MS = 10 * 60_000;
const MINUTE_MS = 60_000;
/** Minutes that have a place of their own in the vault: more than a state counts. */
const PLACES = 32;
/** Bits of what a sign-in is begun for. */
const ANEW = 1;
const COOKIE = 2;

export interface SsoState {
  /** As it travels in the address. */
  readonly token: string;
  /** PKCE's. */
  readonly verifier: string;
  readonly nonce: string;
  /** The session whose person proves again who they are. */
  readonly stepsUp?: string;
  /** Whether the person was to sign in anew, though the provider knows them. */
  readonly anew: boolean;
  /** Whether the session goes into a cookie. */
  readonly cookie: boolean;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What a sign-in is begun for. */
export interface SsoWish {
  readonly anew: boolean;
  readonly cookie: boolean;
  readonly stepsUp?: string | undefined;
}

/** Kind `sso-states`: digests of the states that were spent, of those whose time is over in one minute. */
interface SpentStates {
  readonly minute: number;
  readonly digests: readonly string[];
}

@Injectable()
export class SsoStates {
  constructor(private readonly vault: Vault) {}

  /** `browser`: a secret that the browser keeps. */
  begin(browser: string, wish: SsoWish, now = Date.now()): SsoState {
    const until = now + VALID_MS;
    const flags = (wish.anew ? ANEW : 0) + (wish.cookie ? COOKIE : 0);
    const said = `${randomBytes(16).toString('hex')}-${until}-${flags}-${wish.stepsUp ?? 0}`;
    const token = `${said}-${this.sign(said, browser)}`;
    return this.known(token, until, wish);
  }

  /** Undefined where it was not made here, for another browser, or its time is over. */
  read(token: string, browser: string | undefined, now = Date.now()): SsoState | undefined {
    const parsed = /^([0-9a-f]{32}-(\d{1,15})-([0-3])-(\d{1,16}))-([0-9a-f]{64})$/.exec(token);
    if (!parsed || browser === undefined) return undefined;
    const [, said, until, flags, stepsUp, signature] = parsed as unknown as readonly string[];
    const expected = this.sign(said!, browser);
    const isGenuine = timingSafeEqual(Buffer.from(expected), Buffer.from(signature!));
    if (!isGenuine || Number(until) <= now) return undefined;
    const has = (flag: number) => (Number(flags) & flag) !== 0;
    const wish = { anew: has(ANEW), cookie: has(COOKIE), stepsUp: stepsUp === '0' ? undefined : stepsUp };
    return this.known(token, Number(until), wish);
  }

  /** True for one caller alone, however many come at once. */
  async spend({ token, until }: SsoState): Promise<boolean> {
    const minute = Math.floor(until / MINUTE_MS);
    const digest = createHash('sha256').update(token).digest('base64url');
    const spent = await this.vault.change<SpentStates, 'spent'>(
      'sso-states',
      String(minute % PLACES),
      (kept) => {
        const digests = kept?.minute === minute ? kept.digests : [];
        return digests.includes(digest) ? 'spent' : { minute, digests: [...digests, digest] };
      },
    );
    return spent !== 'spent';
  }

  private known(token: string, until: number, { anew, cookie, stepsUp }: SsoWish): SsoState {
    return {
      ...{ token, until, anew, cookie, verifier: this.vault.hmac('sso-verifier', token) },
      nonce: this.vault.hmac('sso-nonce', token),
      ...(stepsUp !== undefined && { stepsUp }),
    };
  }

  private sign(said: string, browser: string): string {
    return this.vault.hmac('sso-state', JSON.stringify([said, browser]));
  }
}
