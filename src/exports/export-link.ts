// Links that hand out an export's file without a login: they carry the authority of whoever asked for its status.
import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';

/** As long as HubSpot's: asking for the status again makes a new one. */
export const LINK_VALID_MS = 5 * 60_000;

export interface LinkClaims {
  readonly exportId: string;
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const signature = (vault: Vault, { exportId, userId, expires }: LinkClaims): string =>
  vault.hmac('export-download-link', JSON.stringify([exportId, userId, expires]));

/** Path and query of the link. */
export function linkPath(vault: Vault, claims: LinkClaims): string {
  const query = new URLSearchParams({
    expires: String(claims.expires),
    user: claims.userId,
    signature: signature(vault, claims),
  });
  return `/crm/v3/exports/downloads/${claims.exportId}?${query.toString()}`;
}

/** Refuses all but a genuine link in its time. */
export function checkLink(vault: Vault, claims: LinkClaims, given: string, now: Date): void {
  const [expected, found] = [Buffer.from(signature(vault, claims)), Buffer.from(given)];
  const genuine = expected.length === found.length && timingSafeEqual(expected, found);
  if (!genuine || claims.expires <= now.getTime()) throw new Refusal('export-link-invalid');
}
