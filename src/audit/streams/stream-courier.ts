// Sends one stream: reads the log on from where it is, and sends what the stream tells of, batch by batch, each once the
// one before was taken. Nothing is passed over: what is not taken is sent again until it is.
import { NotDelivered } from '../../delivery/sender';
import type { Streams } from '../../eventsourcing/streams';
import { WriteConflict, type DocumentStore } from '../../read/document-store';
import { Refusal } from '../../refusals';
import type { EntryBounds, LogEntries } from './log-entries';
import { lineOf } from './formats/lines';
import type { StreamGrant } from './stream-grants';
import { changeStreamState, streamState, type StreamState } from './stream-states';
import { auditStream, auditStreamOf, type LiveAuditStream } from './stream.decider';
import type { AuditStreamEvents } from './stream.events';
import type { Sink } from './sinks/sink';

export interface StreamParts {
  readonly documents: DocumentStore;
  readonly streams: Streams;
  readonly logEntries: LogEntries;
  readonly sink: Sink;
  readonly grant: StreamGrant;
  readonly keptMs: number;
  readonly counted: (outcome: 'sent' | 'failed', entries: number) => void;
}

const MOST: EntryBounds = { entries: 500, size: 1_048_576, events: 5_000 };
export type StreamRound = 'ended' | 'busy' | 'idle' | 'down';

export class StreamCourier {
  /** Rounds in a row in which nothing was taken. */
  down = 0;
  /** Entries of a batch: what is not taken may be too much, and is halved until it is taken; then it grows again. */
  private most = MOST.entries;
  private keptAt = performance.now();
  private news = false;

  private constructor(
    readonly streamId: string,
    private readonly parts: StreamParts,
    private state: StreamState,
    /** How far it is; never before `state.reached`. */
    public place: bigint,
  ) {}

  /** Undefined where there is no such stream (any more). */
  static async open(streamId: string, parts: StreamParts): Promise<StreamCourier | undefined> {
    const { documents, streams } = parts;
    const { state: live, revision } = await streams.load(auditStream, auditStreamOf(streamId));
    if (live.status !== 'live') return undefined;
    let state = await streamState(documents, streamId);
    if (!state) {
      state = { reached: String(live.after), acted: revision, sent: null, error: null, down: false };
      if (!(await changeStreamState(documents, streamId, undefined, state))) throw new WriteConflict();
    }
    return new StreamCourier(streamId, parts, state, BigInt(state.reached));
  }

  async round(signal: AbortSignal): Promise<StreamRound> {
    const { streams, logEntries } = this.parts;
    const { state: live, revision } = await streams.load(auditStream, auditStreamOf(this.streamId));
    if (live.status !== 'live' || live.paused) {
      await this.keep({});
      return 'ended';
    }
    if (revision > this.state.acted) {
      this.place = (await this.movedTo()) ?? this.place;
      await this.keep({ acted: revision });
    }
    const part = await logEntries.after(this.place, { ...MOST, entries: this.most }, signal);
    try {
      const sent = await this.send(part.entries.length > 0 ? await this.wanted(part) : [], live, signal);
      this.place = part.upTo;
      await this.settled(sent);
    } catch (error) {
      signal.throwIfAborted();
      await this.failed(error);
      return 'down';
    }
    if (!part.end || part.entries.length > 0) return 'busy';
    // What was asked of it since the round began may lie in what was read: nothing behind it would wake the courier.
    const { revision: now } = await streams.load(auditStream, auditStreamOf(this.streamId));
    return now > revision ? 'busy' : 'idle';
  }

  /** Writes down how far it is, where that or anything else has changed. */
  async keep(change: Partial<Omit<StreamState, 'reached'>>): Promise<void> {
    const after = { ...this.state, ...change, reached: String(this.place) };
    if (JSON.stringify(after) === JSON.stringify(this.state)) return;
    const { documents } = this.parts;
    if (!(await changeStreamState(documents, this.streamId, this.state, after))) throw new WriteConflict();
    this.state = after;
    this.keptAt = performance.now();
  }

  /** Whether anything was sent since this was asked before. */
  takeNews(): boolean {
    const { news } = this;
    this.news = false;
    return news;
  }

  /** Milliseconds until it is to be written down how far it is; undefined where that stands written. */
  get unkeptMs(): number | undefined {
    if (String(this.place) === this.state.reached) return undefined;
    return Math.max(this.keptAt + this.parts.keptMs - performance.now(), 0);
  }

  private get isDue(): boolean {
    return performance.now() - this.keptAt >= this.parts.keptMs;
  }

  private wanted(part: Parameters<LogEntries['matching']>[0]) {
    return this.parts.logEntries.matching(part, this.parts.grant.filter);
  }

  /** Resolves with the position of the last entry that was sent, if there was one, and with how many there were. */
  private async send(
    entries: Awaited<ReturnType<LogEntries['matching']>>,
    live: LiveAuditStream,
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly last: string | undefined }> {
    const { logEntries, sink, grant } = this.parts;
    const told = await logEntries.told(entries, live, signal);
    const lines = told.map((entry) => lineOf(entry, live.format, grant.target));
    if (lines.length > 0) await sink.send(lines, signal);
    return { count: lines.length, last: told.at(-1)?.position };
  }

  private async settled({ count, last }: { count: number; last: string | undefined }): Promise<void> {
    const wasDown = this.down > 0 || this.state.down;
    this.down = 0;
    this.most = Math.min(this.most + Math.max(this.most >> 3, 1), MOST.entries);
    this.parts.counted('sent', count);
    this.news ||= count > 0;
    if (count === 0 && !wasDown && !this.isDue) return;
    const sent = last === undefined ? {} : { sent: { position: last, at: new Date().toISOString() } };
    await this.keep({ down: false, ...sent });
  }

  /** A receiver that takes nothing, and a read model or a tier that keeps it from being told, are no faults. */
  private async failed(error: unknown): Promise<void> {
    if (!(error instanceof NotDelivered) && !(error instanceof Refusal)) throw error;
    this.down++;
    this.most = Math.max(this.most >> 1, 1);
    this.parts.counted('failed', 1);
    await this.keep({ down: true, error: { at: new Date().toISOString(), reason: error.message } });
  }

  /** Where to go on by the last move that was not acted on; acting on one again does no harm. */
  private async movedTo(): Promise<bigint | undefined> {
    const { streams } = this.parts;
    let to: bigint | undefined;
    const stream = auditStreamOf(this.streamId);
    for await (const events of streams.pages<AuditStreamEvents>(stream, this.state.acted + 1))
      for (const event of events) if (event.type === 'auditstream.moved.v1') to = BigInt(event.data.after);
    return to;
  }
}
