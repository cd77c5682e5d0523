// The module of what people are told of, in the app and by mail.
import { Module } from '@nestjs/common';
import { ExpiringBackups } from './expiring-backups';
import { LiveNotifications } from './shown/live-notifications';
import {
  ChangePreferencesHandler,
  ReadAllNotificationsHandler,
  ReadNotificationHandler,
} from './notification.commands';
import { NotificationProcess } from './notification.process';
import {
  GetNotificationHandler,
  GetPreferencesHandler,
  ListMailsHandler,
  ListNotificationsHandler,
} from './notification.queries';
import { NotificationsController } from './notifications.controller';
import { Telling } from './telling';

@Module({
  controllers: [NotificationsController],
  providers: [
    Telling,
    NotificationProcess,
    ExpiringBackups,
    LiveNotifications,
    ReadNotificationHandler,
    ReadAllNotificationsHandler,
    ChangePreferencesHandler,
    ListNotificationsHandler,
    GetNotificationHandler,
    GetPreferencesHandler,
    ListMailsHandler,
  ],
})
export class NotificationsModule {}
