// Links that hand out a backup's file without a login: they carry the authority of the super admin who made them.
import { timingSafeEqual } from 'node:crypto';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { users } from '../../projections/users';
import { ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';

/** Short: a link ends up in mails, chats and histories. */
export const LINK_VALID_MS = 15 * 60_000;

export interface LinkClaims {
  readonly backupId: string;
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const signature = (vault: Vault, { backupId, userId, expires }: LinkClaims): string =>
  vault.hmac('backup-download-link', JSON.stringify([backupId, userId, expires]));

/** Path and query of the link. */
export function linkPath(vault: Vault, claims: LinkClaims): string {
  const query = new URLSearchParams({
    expires: String(claims.expires),
    user: claims.userId,
    signature: signature(vault, claims),
  });
  return `/backups/v1/downloads/${claims.backupId}?${query.toString()}`;
}

/** Resolves for a genuine link in its time whose maker still is a super admin; refuses all others alike. */
export class CheckLink extends Query<void> {
  constructor(
    readonly claims: LinkClaims,
    readonly signature: string,
  ) {
    super();
  }
}

@QueryHandler(CheckLink)
export class CheckLinkHandler implements IQueryHandler<CheckLink> {
  constructor(
    private readonly vault: Vault,
    private readonly readModels: ReadModels,
  ) {}

  async execute({ claims, signature: given }: CheckLink): Promise<void> {
    const [expected, found] = [Buffer.from(signature(this.vault, claims)), Buffer.from(given)];
    const genuine = expected.length === found.length && timingSafeEqual(expected, found);
    if (!genuine || claims.expires <= Date.now()) throw new Refusal('backup-link-invalid');
    const maker = await this.readModels.get(users, claims.userId);
    if (!maker?.superAdmin) throw new Refusal('backup-link-invalid');
  }
}
