// The jobs that tell people of what happened, and of logins from a new device or country.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { happenings, type HappeningDocument } from '../../projections/notifications/happenings';
import { signIns, type SignInsDocument } from '../../projections/notifications/sign-ins';
import { systemMeta } from '../caller';
import { Config } from '../config';
import { START } from '../eventsourcing/event-store';
import { Streams } from '../eventsourcing/streams';
import { Jobs, type JobContext } from '../jobs/jobs';
import { MailKinds, type Letter } from '../mail/mail-kinds';
import type { MailAbout } from '../mail/mail.events';
import { ReadModels } from '../read/read-models';
import { padded } from '../read/time-index.vocabulary';
import { kindNames, notificationKinds, type NotificationKind } from './notification-kinds.vocabulary';
import { pageOf } from './pages.vocabulary';
import { ACCOUNT_NOTIFICATIONS, beginNotifications, begun } from './notification.decider';
import { Telling, type ToTell } from './telling';
import { named } from './shown/told-names';

@Injectable()
export class NotificationProcess implements OnModuleInit {
  /** Padded position of the last event that nobody is told of; empty where every event is told of. */
  private upTo = '';

  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly telling: Telling,
    private readonly readModels: ReadModels,
    private readonly mailKinds: MailKinds,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const kind of kindNames)
      this.mailKinds.register(kind, async (about, toldId) => {
        const [told] = await named(this.readModels, [about]);
        return letterOf(kind, told!, toldId);
      });
    if (this.config.ROLE.includes('worker')) await this.begin();
    const after = { $gt: this.upTo };
    this.jobs.register({
      name: 'notifications',
      projection: happenings,
      pending: { position: after },
      since: 'position',
      run: (happening, { signal }) => this.telling.tell(toTellOf(happening), signal),
      fail: (happening) => this.telling.giveUp(toTellOf(happening)),
    });
    this.jobs.register({
      name: 'sign-ins',
      projection: signIns,
      pending: { newest: after },
      since: 'newest',
      run: (user, context) => this.tellOfSignIns(user, context),
      fail: async (user) => {
        for (const toTell of this.newsOf(user)) await this.telling.giveUp(toTell);
      },
    });
  }

  private async begin(): Promise<void> {
    const head = await this.streams.store.head();
    const decide = (state: bigint | undefined) => beginNotifications(state, head);
    const { state } = await this.streams.change(
      begun,
      ACCOUNT_NOTIFICATIONS,
      decide,
      systemMeta('notifications'),
    );
    this.upTo = state === undefined || state === START ? '' : padded(state);
  }

  private async tellOfSignIns(user: SignInsDocument, { signal }: JobContext): Promise<void> {
    for (const toTell of this.newsOf(user)) await this.telling.tell(toTell, signal);
  }

  private newsOf({ id: userId, news }: SignInsDocument): ToTell[] {
    return news
      .filter(({ position }) => position > this.upTo)
      .map(({ sessionId, cause }) => ({
        ...{ kind: 'LOGIN_NEW_DEVICE', about: { sessionId, userId } },
        ...{ ofId: sessionId, userId, cause },
      }));
  }
}

const toTellOf = ({ id: ofId, kind, about, userId, others, cause }: HappeningDocument): ToTell => ({
  ...{ kind, about, ofId, userId, cause },
  ...(others && { others }),
});

function letterOf(kind: NotificationKind, about: MailAbout, toldId: string): Letter {
  const { title, says, path, label, ...rest } = notificationKinds[kind];
  const link = { label, path: pageOf(path(about, toldId)) };
  const letter = { subject: title, paragraphs: [says(about)], link };
  const warning = 'warning' in rest ? rest.warning(about) : undefined;
  return warning === undefined ? letter : { ...letter, warning };
}
