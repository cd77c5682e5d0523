// Knows from where a user has logged in before: by a token that every login leaves with its device, and by addresses.
// Known callers have attempts of their own, which strangers cannot use up.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Vault } from '../../vault/vault';
import type { KnownPlaces } from '../grants';

const KNOWN_MS = 90 * 86_400_000;
/** Milliseconds after which an address that is still in use is noted anew. */
const NOTED_MS = 86_400_000;
const MOST_PLACES = 20;

@Injectable()
export class KnownCallers {
  constructor(private readonly vault: Vault) {}

  /** Whether the user has logged in from a place (address block) in the last 90 days. */
  async isPlaceKnown(userId: string, place: string, now = Date.now()): Promise<boolean> {
    const known = await this.vault.get<KnownPlaces>('known-places', userId);
    const digest = this.digest(userId, place);
    return known?.places.some((one) => one.digest === digest && Date.parse(one.at) + KNOWN_MS > now) ?? false;
  }

  async rememberPlace(userId: string, place: string, now = Date.now()): Promise<void> {
    const digest = this.digest(userId, place);
    await this.vault.change<KnownPlaces>('known-places', userId, (known) => {
      const noted = known?.places.find((one) => one.digest === digest);
      if (noted && Date.parse(noted.at) + NOTED_MS > now) return undefined;
      const others = known?.places.filter((one) => one !== noted) ?? [];
      return { places: [{ digest, at: new Date(now).toISOString() }, ...others].slice(0, MOST_PLACES) };
    });
  }

  /** The id of a device from its token; undefined where the token is not this user's, or older than 90 days. */
  deviceOf(userId: string, token: string | undefined, now = Date.now()): string | undefined {
    const [, device, until, signature] =
      /^strata-device-([0-9a-f]{16})-(\d{1,15})-([0-9a-f]{64})$/.exec(token ?? '') ?? [];
    if (device === undefined || until === undefined || signature === undefined) return undefined;
    const expected = this.sign(userId, device, until);
    const isGenuine = timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
    return isGenuine && Number(until) > now ? device : undefined;
  }

  /** A token for a device, for 90 days from now; for a new device where none is known. */
  deviceToken(userId: string, device = randomBytes(8).toString('hex'), now = Date.now()): string {
    const until = String(now + KNOWN_MS);
    return `strata-device-${device}-${until}-${this.sign(userId, device, until)}`;
  }

  private sign(userId: string, device: string, until: string): string {
    return this.vault.hmac('device-token', JSON.stringify([userId, device, until]));
  }

  private digest(userId: string, place: string): string {
    return this.vault.hmac('known-place', JSON.stringify([userId, place])).slice(0, 32);
  }
}
