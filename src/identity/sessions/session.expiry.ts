// The chore that takes the grants of sessions that are long over out of the vault. Such a grant lets nobody in; until
// it goes, a use of its token is told as one of an expired token.
import { Injectable } from '@nestjs/common';
import { sessions } from '../../../projections/identity/sessions';
import type { Round } from '../../supervision/aside';
import { Chore } from '../../jobs/chore';
import { DocumentStore } from '../../read/document-store';
import { ReadModels } from '../../read/read-models';
import { Vault } from '../../vault/vault';

const PAGE = 200;
const KEPT_MS = 30 * 86_400_000;
/** Key of the ISO time up to which the grants of expired sessions are gone. */
const SWEPT = 'sessions-swept-until';

@Injectable()
export class SessionExpiry extends Chore {
  protected readonly part = 'chore:sessions';

  constructor(
    private readonly vault: Vault,
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    const until = new Date(now.getTime() - KEPT_MS).toISOString();
    const swept = (await this.documents.getState<string>(SWEPT)) ?? '';
    const over = { filter: { expiresAt: { $gt: swept, $lte: until } }, sort: ['expiresAt'], limit: PAGE };
    /** The grants of all sessions that expired by then are gone. */
    let done = swept;
    let last = swept;
    let allGone = true;
    for await (const page of this.readModels.pages(sessions, over))
      for (const { id, expiresAt } of page) {
        if (allGone && expiresAt > last) done = last;
        last = expiresAt;
        allGone = (await round.each(id, () => this.vault.remove('session', id))) && allGone;
      }
    await this.documents.setState(SWEPT, allGone ? until : done);
  }
}
