// Links that hand out a backup's file without a login: they carry the authority of the super admin who made them.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { users } from '../../projections/users';
import { ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { SignedLinks, type LinkClaims } from '../vault/signed-links';
import { Vault } from '../vault/vault';

/** Short: a link ends up in mails, chats and histories. */
export const LINK_VALID_MS = 15 * 60_000;

export const backupLinks = new SignedLinks('backup-download-link', '/backups/v1/downloads');

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

  async execute({ claims, signature }: CheckLink): Promise<void> {
    if (!backupLinks.isGood(this.vault, claims, signature, Date.now()))
      throw new Refusal('backup-link-invalid');
    const maker = await this.readModels.get(users, claims.userId);
    if (!maker?.superAdmin) throw new Refusal('backup-link-invalid');
  }
}
