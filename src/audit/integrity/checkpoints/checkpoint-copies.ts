// Sends checkpoints outside, where whoever can change the log cannot change them: into a file, to a receiver by HTTP, or
// by mail. Each target goes on behind the last one that it took, in the order of the log; one may come twice.
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Config, publicUrl } from '../../../config';
import { Sender } from '../../../delivery/sender';
import type { StoredEvent } from '../../../eventsourcing/event';
import { EventStore } from '../../../eventsourcing/event-store';
import { layOut } from '../../../mail/letter-layout';
import { MailCarrier } from '../../../mail/mail-carrier';
import { DocumentStore } from '../../../read/document-store';
import { FaultReports } from '../../../supervision/faults';
import { wakenBy, woken } from '../../../supervision/on-abort';
import { pause } from '../../../supervision/pause';
import { sha256 } from '../tree/merkle';
import type { SignedCheckpoint } from '../tree/tree-building';
import { checkpointStream } from './checkpoint.decider';
import { appendNote } from './note-file';

interface Copied {
  /** Of the last checkpoint that the target took. */
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const ANSWER_MS = 15_000;
const LOOK_MS = 5_000;
const RETRY_MS = { least: 5_000, most: 3_600_000 };
/** Nobody reads a mail a minute. */
const MAIL_EACH_MS = 24 * 3_600_000;

@Injectable()
export class CheckpointCopies {
  private readonly wakers = new Set<() => void>();

  constructor(
    private readonly config: Config,
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly mails: MailCarrier,
    private readonly faults: FaultReports,
  ) {}

  /** A checkpoint was signed. */
  wake(): void {
    for (const waker of this.wakers) waker();
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const sender = new Sender({ privateToo: true, answerMs: ANSWER_MS });
    try {
      await Promise.all(
        (this.config.CHECKPOINTS_TO ?? []).map((target) => this.serve(target, sender, signal)),
      );
    } finally {
      sender.close();
    }
  }

  private async serve(target: string, sender: Sender, signal: AbortSignal): Promise<void> {
    // An address may hold a token: it stands in no key.
    const key = `checkpoint-copy:${sha256(target).toString('hex', 0, 8)}`;
    for (let delay = RETRY_MS.least; !signal.aborted;)
      try {
        while (await this.copyNext(target, key, sender, signal)) delay = RETRY_MS.least;
        this.faults.clear('checkpoint-copies');
        await woken(signal, LOOK_MS, wakenBy(this.wakers));
      } catch (error) {
        if (signal.aborted) return;
        this.faults.report('checkpoint-copies', error);
        await pause(delay, signal);
        delay = Math.min(2 * delay, RETRY_MS.most);
      }
  }

  /** False where there is none to be sent. */
  private async copyNext(target: string, key: string, sender: Sender, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const stream = checkpointStream(this.eventStore.logId);
    const copied = await this.documents.getState<Copied>(key);
    const isMail = target.startsWith('mailto:');
    if (isMail && copied && Date.now() - copied.at < MAIL_EACH_MS) return false;
    // A mail, and the first copy of all, is of the newest one: it says all that those before it say.
    const isNewest = isMail || !copied;
    const [next] = isNewest
      ? (await this.eventStore.readBack(stream)).events
      : (await this.eventStore.read(stream, copied.revision + 1)).events;
    if (!next || next.revision === copied?.revision) return false;
    await this.send(target, next, sender, signal);
    await this.documents.setState<Copied>(key, { revision: next.revision, at: Date.now() });
    return true;
  }

  private async send(target: string, event: StoredEvent, sender: Sender, signal: AbortSignal): Promise<void> {
    const { size, rootHash, note } = event.data as SignedCheckpoint;
    const signedAt = event.meta.at;
    const { protocol } = new URL(target);
    if (protocol === 'file:') return appendNote(fileURLToPath(target), note);
    if (protocol === 'mailto:') {
      const letter = {
        subject: `Checkpoint of the log: ${size} events`,
        paragraphs: [
          `The log has ${size} events that are signed. Keep this mail: by it anybody can find out later whether one of them was changed or removed since.`,
          note,
          'Into a file with it, from the first line to the last, and: strata verify-log --checkpoints FILE --key KEY',
        ],
      };
      const laidOut = layOut(letter, publicUrl(this.config));
      const to = decodeURIComponent(new URL(target).pathname);
      return this.mails.carry({ mailId: event.id, to, date: signedAt, ...laidOut }, signal);
    }
    const body = JSON.stringify({ logId: this.eventStore.logId, size, rootHash, signedAt, note });
    await sender.post(target, body, {}, signal);
  }
}
