// Tells the log who looked for what in it, before they are answered.
import { Injectable } from '@nestjs/common';
import { keyIdOf, metaOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Vault } from '../../vault/vault';
import { isTold, noteSearch, searched, type Searched } from './search.decider';
import { toldOf, type Question } from './search.vocabulary';

const QUARTER_MS = 15 * 60_000;

@Injectable()
export class SearchNotes {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
  ) {}

  async note(question: Question, asked: CommandContext): Promise<void> {
    const { actor, userId } = asked.caller;
    const quarter = Math.floor(Date.parse(asked.command.at) / QUARTER_MS);
    const stream = `auditsearch-${keyIdOf(actor) ?? userId}-${quarter}`;
    const { told, whole } = toldOf(question);
    const digest = this.vault.hmac('audit-search', whole).slice(0, 16);
    const does = (state: Searched) => isTold(state, digest);
    if (does((await this.streams.glance(searched, stream, does)).state)) return;
    const decide = (state: Searched) => noteSearch(state, { digest, ...told });
    await this.streams.change(searched, stream, decide, metaOf(asked));
  }
}
