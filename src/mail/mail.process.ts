// The job that sends mails, one at a time, each when it is due.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { mails, type MailDocument } from '../../projections/mails';
import { users } from '../../projections/users';
import { systemMeta } from '../caller';
import { Config, publicUrl } from '../config';
import type { EventOf } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Jobs, type JobContext } from '../jobs/jobs';
import { ReadModels } from '../read/read-models';
import { StoreUnavailable } from '../store-unavailable';
import { FaultReports } from '../supervision/faults';
import { pause } from '../supervision/pause';
import { layOut } from './letter-layout';
import { MailCarrier, NotTaken, type Addressed } from './mail-carrier';
import { MailKinds, type Letter } from './mail-kinds';
import { dropMail, failTry, mail, mailStream, tellSent, type Mail } from './mail.decider';
import type { MailEvents } from './mail.events';
import { onAbort } from '../supervision/on-abort';

type Queued = Extract<Mail, { status: 'queued' }>;

/** Milliseconds that a mail under way is given at a shutdown, lest it be sent again after it. */
const GRACE_MS = 3_000;
/** Milliseconds within which a file of the outbox has changed that another process is still writing. */
const WRITTEN_WITHIN = 3_600_000;

@Injectable()
export class MailProcess implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly kinds: MailKinds,
    private readonly carrier: MailCarrier,
    private readonly config: Config,
    private readonly faults: FaultReports,
  ) {}

  async onModuleInit(): Promise<void> {
    this.jobs.register({
      name: 'mail',
      projection: mails,
      // What is due differs from look to look.
      get pending() {
        return { status: 'QUEUED', dueAt: { $lte: new Date().toISOString() } };
      },
      since: 'dueAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.failed(job.id, { reason, forGood: true }),
    });
    if (!this.config.ROLE.includes('worker')) return;
    const unchangedSince = new Date(Date.now() - WRITTEN_WITHIN);
    await this.carrier.sweep(unchangedSince).catch((error: unknown) => this.faults.report('mail', error));
  }

  private async run({ id }: MailDocument, { signal }: JobContext): Promise<void> {
    const { state } = await this.streams.load(mail, mailStream(id));
    if (state.status !== 'queued') return;
    // The user may have been made a moment before the mail.
    await this.readModels.waitFor(users, await this.streams.store.head(), signal);
    const user = await this.readModels.get(users, state.mail.userId);
    if (!user || user.status === 'deactivated' || user.status === 'withdrawn')
      return this.change(id, (now) => dropMail(now, 'There is no such user any more'));
    const letter = await this.composed(state).catch((error: unknown) => this.notComposed(id, error));
    if (letter === 'failed') return;
    if (!letter) return this.change(id, (now) => dropMail(now, 'There is nothing to tell any more'));
    const { subject, text, html } = layOut(letter, publicUrl(this.config));
    await this.send({ mailId: id, to: user.email, date: state.queuedAt, subject, text, html }, signal);
  }

  private async composed({ mail: { kind, about, userId } }: Queued): Promise<Letter | undefined> {
    const compose = this.kinds.find(kind);
    if (!compose) throw new Error(`Nobody composes mails of the kind ${kind}`);
    return compose(about, userId);
  }

  private async notComposed(id: string, error: unknown): Promise<'failed'> {
    if (error instanceof StoreUnavailable) throw error;
    this.faults.report('mail', error, { id });
    const reason = 'It could not be composed; the log of the server says why';
    await this.failed(id, { reason, forGood: false });
    return 'failed';
  }

  private async send(addressed: Addressed, signal: AbortSignal): Promise<void> {
    const { mailId } = addressed;
    const ended = new AbortController();
    try {
      await this.carrier.carry(addressed, late(signal, ended.signal));
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      this.faults.report('mail', error.cause, { id: mailId });
      return await this.failed(mailId, { reason: error.message, forGood: error.forGood });
    } finally {
      ended.abort();
    }
    this.faults.clear('mail');
    await this.change(mailId, (now) => tellSent(now, this.carrier.by));
  }

  private failed(id: string, failed: { reason: string; forGood: boolean }): Promise<void> {
    return this.change(id, (now) => failTry(now, { ...failed, at: new Date() }));
  }

  private async change(id: string, decide: (state: Mail) => readonly EventOf<MailEvents>[]): Promise<void> {
    const stream = mailStream(id);
    const { state } = await this.streams.load(mail, stream);
    const meta = systemMeta('mail', state.status === 'queued' ? state.cause : {});
    await this.streams.change(mail, stream, decide, meta, { apart: true });
  }
}

/** A signal that aborts with the reason of another, a while after it; never once `ended` aborts. */
function late(signal: AbortSignal, ended: AbortSignal): AbortSignal {
  const after = new AbortController();
  const wait = () =>
    void pause(GRACE_MS, ended).then(() => {
      if (!ended.aborted) after.abort(signal.reason);
    });
  onAbort(signal, wait);
  return after.signal;
}
