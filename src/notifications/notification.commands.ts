// Commands of a person on their own notifications: read one, read all, change what they are told of.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../caller';
import { Streams } from '../eventsourcing/streams';
import {
  boxStream,
  changePreferences,
  notificationBox,
  readAll,
  type NotificationBox,
  type WantedPreferences,
} from './notification-box.decider';
import {
  notification,
  notificationStream,
  readNotification,
  type Notification,
} from './notification.decider';

/** Answers the position at which it is read. Refused with `notification-unknown`. */
export class ReadNotification extends Command<bigint> {
  constructor(
    readonly notificationId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ReadNotification)
export class ReadNotificationHandler implements ICommandHandler<ReadNotification> {
  constructor(private readonly streams: Streams) {}

  async execute({ notificationId, asked }: ReadNotification): Promise<bigint> {
    const decide = (state: Notification) => readNotification(state, asked.caller.userId);
    const stream = notificationStream(notificationId);
    return (await this.streams.change(notification, stream, decide, ...asAsked(asked))).position;
  }
}

/** Reads all that had been made up to a position. Answers the position at which it is read. */
export class ReadAllNotifications extends Command<bigint> {
  constructor(
    readonly upTo: bigint,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ReadAllNotifications)
export class ReadAllNotificationsHandler implements ICommandHandler<ReadAllNotifications> {
  constructor(private readonly streams: Streams) {}

  async execute({ upTo, asked }: ReadAllNotifications): Promise<bigint> {
    const { userId } = asked.caller;
    const decide = (state: NotificationBox) => readAll(state, userId, upTo);
    return (await this.streams.change(notificationBox, boxStream(userId), decide, ...asAsked(asked)))
      .position;
  }
}

/** Answers the position at which they are as wanted. */
export class ChangePreferences extends Command<bigint> {
  constructor(
    readonly wanted: WantedPreferences,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangePreferences)
export class ChangePreferencesHandler implements ICommandHandler<ChangePreferences> {
  constructor(private readonly streams: Streams) {}

  async execute({ wanted, asked }: ChangePreferences): Promise<bigint> {
    const { userId } = asked.caller;
    const decide = (state: NotificationBox) => changePreferences(state, userId, wanted);
    return (await this.streams.change(notificationBox, boxStream(userId), decide, ...asAsked(asked)))
      .position;
  }
}
